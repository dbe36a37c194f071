"""PayPal's adapter against a server that follows PayPal's contract: nothing is ever paid twice."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import Engine

from distribution.adapters.payout.base import Outcome, WrongPayee
from distribution.adapters.payout.paypal import PaypalAdapter
from distribution.db import transaction
from distribution.withdrawal.send import order_of
from distribution.withdrawal.stop import stop
from tests.money import NOW
from tests.payout_world import HOUR, MERCHANT, PayoutWorld
from tests.providers.paypal import CLIENT_ID, CLIENT_SECRET, WEBHOOK_ID, Paypal
from tests.providers.server import Fault, running

PAYEE = {"email": "ada@example.com"}
FIRST = "BATCH1"


@pytest.fixture
def paypal() -> Iterator[Paypal]:
    with running(Paypal(NOW)) as server:
        yield server


@pytest.fixture
def world(engine: Engine, paypal: Paypal) -> PayoutWorld:
    made = PayoutWorld(engine, "paypal", "USD", PAYEE)
    made.adapter = PaypalAdapter(
        {
            "CLIENT_ID": CLIENT_ID,
            "CLIENT_SECRET": CLIENT_SECRET,
            "WEBHOOK_ID": WEBHOOK_ID,
            "URL": paypal.url,
        },
        clock=made.clock,
    )
    return made


def test_sent_then_paid(world: PayoutWorld, paypal: Paypal) -> None:
    one = world.approved()
    assert world.carry().later == 1
    world.check(paypal, one, "sent", paid=0)
    (item,) = paypal.batches[FIRST]["items"]
    assert item["payout_item"]["amount"] == {"value": "400.00", "currency": "USD"}
    world.later()
    world.check(paypal, one, "sent", paid=0)
    paypal.finish(FIRST)
    world.later()
    world.check(paypal, one, "paid", paid=1)


@pytest.mark.parametrize("fault", [Fault.SILENT, Fault.BROKEN_AFTER, Fault.GARBLED])
def test_an_answer_that_was_lost_is_brought_by_a_webhook(
    world: PayoutWorld, paypal: Paypal, fault: Fault
) -> None:
    paypal.faults = [fault]
    one = world.approved()
    world.carry()
    world.check(paypal, one, "unknown", paid=0)
    world.later()
    world.check(paypal, one, "unknown", paid=0)
    world.hear(*paypal.event(FIRST, "PAYMENT.PAYOUTSBATCH.PROCESSING"))
    world.check(paypal, one, "sent", paid=0)
    paypal.finish(FIRST)
    assert world.carry().done == 1
    world.check(paypal, one, "paid", paid=1)
    assert len(paypal.batches) == 1


@pytest.mark.parametrize("fault", [Fault.LOST, Fault.BROKEN])
def test_what_never_arrived_is_never_sent_again(world: PayoutWorld, paypal: Paypal, fault: Fault) -> None:
    paypal.faults = [fault]
    one = world.approved()
    world.carry()
    for _ in range(5):
        world.later(timedelta(days=7))
    world.check(paypal, one, "unknown", paid=0)
    assert paypal.batches == {}
    assert world.later(timedelta(days=90)).total == 0


def test_turned_away_it_is_given_another_time(world: PayoutWorld, paypal: Paypal) -> None:
    paypal.faults = [Fault.BUSY]
    paypal.balance = 100
    one = world.approved()
    world.carry()
    world.check(paypal, one, "approved", paid=0)
    world.later()
    world.check(paypal, one, "approved", paid=0)
    paypal.balance = 100_000
    world.later()
    paypal.finish(FIRST)
    world.later()
    world.check(paypal, one, "paid", paid=1)


def test_without_access_nothing_is_sent(world: PayoutWorld, paypal: Paypal) -> None:
    world.the_adapter.settings["CLIENT_SECRET"] = "another"
    one = world.approved()
    world.carry()
    world.check(paypal, one, "approved", paid=0)
    world.the_adapter.settings["CLIENT_SECRET"] = CLIENT_SECRET
    world.later()
    world.check(paypal, one, "sent", paid=0)
    # A token that PayPal has forgotten is asked for anew.
    paypal.tokens.clear()
    world.later()
    paypal.finish(FIRST)
    world.later()
    world.check(paypal, one, "paid", paid=1)


def test_a_locked_receiver_returns_the_money(world: PayoutWorld, paypal: Paypal) -> None:
    paypal.locked = {PAYEE["email"]}
    one = world.approved()
    world.carry()
    paypal.finish(FIRST)
    world.later()
    world.check(paypal, one, "failed", paid=0)


def test_unclaimed_it_waits_and_can_be_taken_back(world: PayoutWorld, paypal: Paypal) -> None:
    paypal.unregistered = {PAYEE["email"]}
    one = world.approved()
    world.carry()
    paypal.finish(FIRST)
    world.later()
    world.check(paypal, one, "sent", paid=0)
    stop(
        world.engine,
        one.id,
        providers={"paypal": world.the_adapter},
        actor=MERCHANT,
        clock=world.clock,
        cipher=world.cipher,
    )
    world.check(paypal, one, "failed", paid=0)


def test_a_status_nobody_knows_changes_nothing(world: PayoutWorld, paypal: Paypal) -> None:
    one = world.approved()
    world.carry()
    paypal.finish(FIRST, "TELEPORTED")
    world.later()
    world.check(paypal, one, "sent", paid=0)
    paypal.finish(FIRST)
    world.later()
    world.check(paypal, one, "paid", paid=1)


def test_the_same_order_again_names_the_first(world: PayoutWorld, paypal: Paypal) -> None:
    one = world.approved()
    world.carry()
    with transaction(world.engine) as session:
        payout = order_of(session, one, world.cipher)
    again = world.the_adapter.submit(payout)
    assert (again.outcome, again.reference) == (Outcome.SENT, FIRST)
    assert len(paypal.batches) == 1


def test_webhooks_repeated_and_out_of_order(world: PayoutWorld, paypal: Paypal) -> None:
    paypal.faults = [Fault.SILENT]
    one = world.approved()
    world.carry()
    early = paypal.event(FIRST, "PAYMENT.PAYOUTSBATCH.PROCESSING")
    paypal.finish(FIRST)
    last = paypal.event(FIRST, "PAYMENT.PAYOUTS-ITEM.SUCCEEDED")
    for heard in (last, early, last, early):
        world.hear(*heard)
        world.check(paypal, one, "paid", paid=1)
    world.later()
    world.check(paypal, one, "paid", paid=1)


def test_what_paypal_does_not_vouch_for_is_turned_away(world: PayoutWorld, paypal: Paypal) -> None:
    one = world.approved()
    world.carry()
    paypal.finish(FIRST)
    headers, body = paypal.event(FIRST, "PAYMENT.PAYOUTS-ITEM.SUCCEEDED")
    assert world.hear_forged({}, body)
    assert world.hear_forged(headers, body.replace(b"SUCCESS", b"FAILED!"))
    assert world.hear_forged(headers, b"no JSON")
    assert world.hear_forged(*paypal.signed(body, "WH-2"))
    world.check(paypal, one, "sent", paid=1)
    world.hear(*paypal.signed(b'{"event_type": "CHECKOUT.ORDER.APPROVED", "resource": {}}'))
    world.now += HOUR
    world.hear(headers, body)
    world.check(paypal, one, "paid", paid=1)


def test_only_addresses_are_kept(world: PayoutWorld) -> None:
    assert world.the_adapter.label(PAYEE) == "PayPal ad•••@example.com"
    with pytest.raises(WrongPayee):
        world.the_adapter.payee({"email": "not one"})
