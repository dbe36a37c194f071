"""Stripe's adapter against a server that follows Stripe's contract: nothing is ever paid twice."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import Engine

from distribution.adapters.payout.base import Outcome, WrongPayee
from distribution.adapters.payout.stripe import StripeAdapter
from distribution.db import transaction
from distribution.withdrawal.pay import fail
from distribution.withdrawal.send import order_of
from tests.money import NOW
from tests.payout_world import HOUR, MERCHANT, PayoutWorld
from tests.providers.server import Fault, running
from tests.providers.stripe import SECRET_KEY, WEBHOOK_SECRET, Stripe

PAYEE = {"account": "acct_1032D82eZvKYlo2C"}


@pytest.fixture
def stripe() -> Iterator[Stripe]:
    with running(Stripe(NOW)) as server:
        yield server


@pytest.fixture
def world(engine: Engine, stripe: Stripe) -> PayoutWorld:
    made = PayoutWorld(engine, "stripe", "USD", PAYEE)
    settings = {"SECRET_KEY": SECRET_KEY, "WEBHOOK_SECRET": WEBHOOK_SECRET, "URL": stripe.url}
    made.adapter = StripeAdapter(settings, clock=made.clock)
    return made


def test_paid_at_once(world: PayoutWorld, stripe: Stripe) -> None:
    one = world.approved()
    assert world.carry().done == 1
    world.check(stripe, one, "paid", paid=1)
    assert stripe.transfers[0]["destination"] == PAYEE["account"]
    assert stripe.transfers[0]["amount"] == 40_000
    assert stripe.asked[0].headers["idempotency-key"] == one.idempotency_key


@pytest.mark.parametrize("fault", [Fault.SILENT, Fault.BROKEN_AFTER, Fault.GARBLED])
def test_an_answer_that_was_lost_is_found_by_the_group(
    world: PayoutWorld, stripe: Stripe, fault: Fault
) -> None:
    stripe.faults = [fault]
    one = world.approved()
    world.carry()
    world.check(stripe, one, "unknown", paid=1)
    world.later()
    world.check(stripe, one, "paid", paid=1)


@pytest.mark.parametrize("fault", [Fault.LOST, Fault.BROKEN])
def test_what_never_arrived_is_never_sent_again_and_needs_a_person(
    world: PayoutWorld, stripe: Stripe, fault: Fault
) -> None:
    stripe.faults = [fault]
    one = world.approved()
    world.carry()
    for _ in range(26):
        world.later()
    world.check(stripe, one, "unknown", paid=0)
    assert sum(asked.method == "POST" for asked in stripe.asked) == 1
    with transaction(world.engine) as session:
        fail(session, one.id, reason="Stripe never had it", actor=MERCHANT, now=world.now)
    world.check(stripe, one, "failed", paid=0)


def test_turned_away_for_being_busy_it_is_given_another_time(world: PayoutWorld, stripe: Stripe) -> None:
    stripe.faults = [Fault.BUSY, Fault.BUSY]
    one = world.approved()
    world.carry()
    world.check(stripe, one, "approved", paid=0)
    world.later()
    world.check(stripe, one, "approved", paid=0)
    world.later()
    world.check(stripe, one, "paid", paid=1)


def test_nobody_at_the_address(world: PayoutWorld, stripe: Stripe) -> None:
    adapter, world.adapter = (
        world.adapter,
        StripeAdapter({"SECRET_KEY": SECRET_KEY, "URL": "http://127.0.0.1:9"}, clock=world.clock),
    )
    one = world.approved()
    world.carry()
    world.check(stripe, one, "approved", paid=0)
    world.adapter = adapter
    world.later()
    world.check(stripe, one, "paid", paid=1)


def test_without_funds_it_waits_until_the_saved_refusal_is_forgotten(
    world: PayoutWorld, stripe: Stripe
) -> None:
    stripe.balance_minor = 0
    one = world.approved()
    world.carry()
    world.check(stripe, one, "approved", paid=0)
    stripe.balance_minor = 1_000_000
    # Stripe repeats its first answer to a key for a day, then does as it is told.
    world.later(2 * HOUR)
    world.check(stripe, one, "approved", paid=0)
    stripe.now += timedelta(days=1)
    world.later(24 * HOUR)
    world.check(stripe, one, "paid", paid=1)


def test_a_closed_account_returns_the_money(world: PayoutWorld, stripe: Stripe) -> None:
    stripe.closed = {PAYEE["account"]}
    one = world.approved()
    world.carry()
    world.check(stripe, one, "failed", paid=0)


def test_the_same_order_again_is_answered_and_not_paid(world: PayoutWorld, stripe: Stripe) -> None:
    one = world.approved()
    world.carry()
    with transaction(world.engine) as session:
        payout = order_of(session, one, world.cipher)
    assert world.the_adapter.submit(payout).outcome is Outcome.PAID
    assert world.the_adapter.cancel(payout).outcome is Outcome.PAID
    world.check(stripe, one, "paid", paid=1)


def test_other_facts_under_the_same_key_are_no_answer(world: PayoutWorld, stripe: Stripe) -> None:
    one = world.approved()
    world.carry()
    with transaction(world.engine) as session:
        one.amount_minor += 1
        payout = order_of(session, one, world.cipher)
    assert world.the_adapter.submit(payout).outcome is Outcome.UNKNOWN
    assert stripe.times_paid(one.idempotency_key) == 1


def test_a_webhook_before_the_answer(world: PayoutWorld, stripe: Stripe) -> None:
    one = world.approved()
    stripe.faults = [Fault.SILENT]
    world.carry()
    heard = stripe.event(stripe.transfers[0])
    for _ in range(3):
        world.hear(*heard)
        world.check(stripe, one, "paid", paid=1)
    world.later()
    world.check(stripe, one, "paid", paid=1)


def test_reversed_after_it_was_paid_is_noted_and_changes_nothing(world: PayoutWorld, stripe: Stripe) -> None:
    one = world.approved()
    world.carry()
    stripe.transfers[0] |= {"reversed": True, "amount_reversed": 40_000}
    world.hear(*stripe.event(stripe.transfers[0], "transfer.reversed"))
    world.check(stripe, one, "paid", paid=1)


def test_what_is_not_signed_is_turned_away(world: PayoutWorld, stripe: Stripe) -> None:
    one = world.approved()
    stripe.faults = [Fault.SILENT]
    world.carry()
    headers, body = stripe.event(stripe.transfers[0])
    assert world.hear_forged({}, body)
    assert world.hear_forged(headers, body + b" ")
    assert world.hear_forged(*stripe.signed(body, "whsec_another"))
    assert world.hear_forged({"stripe-signature": "t=x,v1=y"}, body)
    world.now += HOUR
    assert world.hear_forged(headers, body)
    world.check(stripe, one, "unknown", paid=1)


def test_a_webhook_about_something_else_changes_nothing(world: PayoutWorld, stripe: Stripe) -> None:
    one = world.approved()
    world.hear(*stripe.signed(b'{"type": "charge.succeeded", "data": {"object": {}}}'))
    world.hear(*stripe.event({"id": "tr_x", "object": "transfer", "metadata": {"key": "another's"}}))
    world.check(stripe, one, "approved", paid=0)


def test_only_accounts_of_stripe_are_kept(world: PayoutWorld) -> None:
    with pytest.raises(WrongPayee):
        world.the_adapter.payee({"account": "DE89370400440532013000"})
