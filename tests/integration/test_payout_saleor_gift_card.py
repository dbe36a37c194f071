"""Store credit against a server that does gift cards as Saleor does: no withdrawal ever makes two."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine

from distribution.adapters.payout.base import ForgedNotice, Outcome, WrongPayee
from distribution.adapters.payout.saleor_gift_card import SaleorGiftCardAdapter
from distribution.db import transaction
from distribution.withdrawal.send import order_of
from tests.payout_world import PayoutWorld
from tests.providers.saleor_gift_cards import CHANNEL, CODE_SECRET, TOKEN, SaleorGiftCards
from tests.providers.server import Fault, running

PAYEE = {"email": "ada@example.com"}


@pytest.fixture
def saleor() -> Iterator[SaleorGiftCards]:
    with running(SaleorGiftCards()) as server:
        yield server


@pytest.fixture
def world(engine: Engine, saleor: SaleorGiftCards) -> PayoutWorld:
    made = PayoutWorld(engine, "saleor_gift_card", "USD", PAYEE)
    settings = {"URL": saleor.url + "/graphql/", "TOKEN": TOKEN, "CHANNEL": CHANNEL}
    made.adapter = SaleorGiftCardAdapter(settings | {"CODE_SECRET": CODE_SECRET}, clock=made.clock)
    return made


def test_paid_at_once(world: PayoutWorld, saleor: SaleorGiftCards) -> None:
    one = world.approved()
    world.carry()
    world.check(saleor, one, "paid", paid=1)
    assert saleor.paid == [(one.idempotency_key, 40_000)]


@pytest.mark.parametrize("fault", [Fault.SILENT, Fault.BROKEN_AFTER, Fault.GARBLED])
def test_an_answer_that_was_lost_is_found_by_its_tag(
    world: PayoutWorld, saleor: SaleorGiftCards, fault: Fault
) -> None:
    saleor.faults = [fault]
    one = world.approved()
    world.carry()
    world.check(saleor, one, "unknown", paid=1)
    world.later()
    world.check(saleor, one, "paid", paid=1)


@pytest.mark.parametrize("fault", [Fault.LOST, Fault.BROKEN])
def test_what_never_arrived_is_never_sent_again(
    world: PayoutWorld, saleor: SaleorGiftCards, fault: Fault
) -> None:
    saleor.faults = [fault]
    one = world.approved()
    world.carry()
    for _ in range(26):
        world.later()
    world.check(saleor, one, "unknown", paid=0)


def test_turned_away_it_is_given_another_time(world: PayoutWorld, saleor: SaleorGiftCards) -> None:
    saleor.faults = [Fault.BUSY]
    saleor.token = "another"
    one = world.approved()
    world.carry()
    world.check(saleor, one, "approved", paid=0)
    saleor.token = TOKEN
    world.later()
    world.check(saleor, one, "approved", paid=0)
    world.the_adapter.settings["CHANNEL"] = "gone"
    world.later()
    world.check(saleor, one, "approved", paid=0)
    world.the_adapter.settings["CHANNEL"] = CHANNEL
    world.later()
    world.check(saleor, one, "paid", paid=1)


def test_a_refused_address_returns_the_money(world: PayoutWorld, saleor: SaleorGiftCards) -> None:
    world.payee = {"email": "ada@refused.example.com"}
    one = world.approved()
    world.carry()
    world.check(saleor, one, "failed", paid=0)


@pytest.mark.parametrize("finds", [True, False])
def test_the_same_order_again_makes_no_second_card(
    world: PayoutWorld, saleor: SaleorGiftCards, finds: bool
) -> None:
    """Nor when Saleor's list does not show the first one yet: the code is taken."""
    one = world.approved()
    world.carry()
    with transaction(world.engine) as session:
        payout = order_of(session, one, world.cipher)
    saleor.finds = finds
    assert world.the_adapter.submit(payout).outcome is (Outcome.PAID if finds else Outcome.UNKNOWN)
    world.check(saleor, one, "paid", paid=1)


def test_there_are_no_webhooks(world: PayoutWorld) -> None:
    with pytest.raises(ForgedNotice):
        world.the_adapter.webhook({}, b"{}")
    with pytest.raises(WrongPayee):
        world.the_adapter.payee({"email": "no address"})
