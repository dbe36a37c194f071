"""The shop's voucher in step with who is a distributor."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from distribution.adapters.saleor.client import SaleorClient
from distribution.adapters.saleor.voucher_codes import NoVoucher
from distribution.adapters.saleor.vouchers import VouchersKept, keep_vouchers
from distribution.network.standing import ACTS, change_standing
from distribution.network.tables import Distributor
from distribution.promotion.codes import deactivate_code, resolve
from distribution.promotion.offer import ChannelOffer, Offer, offer_of
from distribution.settings import program
from tests.factories import ACTOR, a_distributor
from tests.saleor_server import Shop, running_shop

NOW = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)
VOUCHER = "Vm91Y2hlcjox"
OFFER = {
    "type": "ENTIRE_ORDER",
    "discountValueType": "PERCENTAGE",
    "startDate": "2026-01-01T00:00:00+00:00",
    "endDate": None,
    "applyOncePerCustomer": True,
    "applyOncePerOrder": False,
    "channelListings": [
        {"channel": {"slug": "us"}, "currency": "USD", "discountValue": 10.0, "minSpent": {"amount": 50.5}},
        {"channel": {"slug": "de"}, "currency": "EUR", "discountValue": 12.5, "minSpent": None},
    ],
}


@pytest.fixture
def shop() -> Iterator[Shop]:
    with running_shop() as shop:
        shop.vouchers = {VOUCHER: ["SPRING"], "other": ["TAKEN"]}
        shop.voucher_offers = {VOUCHER: OFFER}
        yield shop


def rule(session: Session, **rules: Any) -> None:
    program.change(session, {"vouchers": {"voucher_id": VOUCHER, **rules}}, actor=ACTOR, now=NOW)
    session.commit()


def kept(engine: Engine, shop: Shop, *, whole: bool = False) -> VouchersKept | None:
    with SaleorClient(shop.url, shop.token, sleep=lambda _: None) as client:
        return keep_vouchers(engine, client, actor=ACTOR, now=NOW, whole=whole)


def leave(session: Session, distributor: Distributor) -> None:
    change_standing(session, distributor.id, ACTS["remove"], actor=ACTOR, now=NOW, reason="gone")
    session.commit()


def test_without_a_voucher_nothing_is_asked(engine: Engine, shop: Shop) -> None:
    assert kept(engine, shop) is None
    assert shop.requests == []


def test_every_active_distributor_has_their_code_in_it(engine: Engine, session: Session, shop: Shop) -> None:
    a_distributor(session, code="ADA")
    a_distributor(session, code="EVE", status="applied")
    rule(session)
    assert kept(engine, shop) == VouchersKept(added=1)
    assert shop.vouchers[VOUCHER] == ["SPRING", "ADA"]


def test_what_is_there_is_not_asked_for_again(engine: Engine, session: Session, shop: Shop) -> None:
    a_distributor(session, code="ADA")
    rule(session)
    kept(engine, shop)
    asked = len(shop.requests)
    assert kept(engine, shop) == VouchersKept()
    assert len(shop.requests) == asked


def test_who_leaves_loses_the_code_and_the_shop_keeps_its_own(
    engine: Engine, session: Session, shop: Shop
) -> None:
    ada = a_distributor(session, code="ADA")
    rule(session)
    kept(engine, shop)
    leave(session, ada)
    assert kept(engine, shop) == VouchersKept(taken_out=1)
    assert shop.vouchers[VOUCHER] == ["SPRING"]


def test_a_code_switched_off_is_taken_out(engine: Engine, session: Session, shop: Shop) -> None:
    a_distributor(session, code="ADA")
    rule(session)
    kept(engine, shop)
    deactivate_code(session, "ADA", actor=ACTOR, now=NOW)
    session.commit()
    assert kept(engine, shop) == VouchersKept(taken_out=1)


def test_a_prefix_makes_a_code_of_its_own_that_leads_to_the_distributor(
    engine: Engine, session: Session, shop: Shop
) -> None:
    ada = a_distributor(session, code="ADA")
    rule(session, prefix="TEA-")
    kept(engine, shop)
    assert shop.vouchers[VOUCHER] == ["SPRING", "TEA-ADA"]
    assert resolve(session, ["tea-ada"])["TEA-ADA"].distributor_id == ada.id


def test_a_code_another_voucher_has_is_refused_and_the_others_are_not(
    engine: Engine, session: Session, shop: Shop
) -> None:
    for code in ("ADA", "BOB", "TAKEN"):
        a_distributor(session, code=code)
    rule(session)
    assert kept(engine, shop) == VouchersKept(added=2, refused=1)
    assert shop.vouchers == {VOUCHER: ["SPRING", "ADA", "BOB"], "other": ["TAKEN"]}
    why = session.scalar(text("SELECT refused FROM distribution.shop_vouchers WHERE code_key = 'TAKEN'"))
    assert why == "Voucher code already exists."
    assert kept(engine, shop) == VouchersKept()


def test_a_run_that_was_killed_before_it_noted_a_code_finds_it_there(
    engine: Engine, session: Session, shop: Shop
) -> None:
    a_distributor(session, code="ADA")
    rule(session)
    shop.vouchers[VOUCHER].append("ADA")
    assert kept(engine, shop) == VouchersKept()
    assert session.scalar(text("SELECT count(*) FROM distribution.shop_vouchers WHERE refused IS NULL")) == 1


def test_the_nightly_reading_puts_right_what_was_changed_in_the_shop(
    engine: Engine, session: Session, shop: Shop
) -> None:
    ada = a_distributor(session, code="ADA")
    a_distributor(session, code="BOB")
    rule(session)
    kept(engine, shop)
    leave(session, ada)
    kept(engine, shop)
    shop.vouchers[VOUCHER] = ["SPRING", "ADA"]
    assert kept(engine, shop, whole=True) == VouchersKept(added=1, taken_out=1)
    assert shop.vouchers[VOUCHER] == ["SPRING", "BOB"]


def test_hundreds_of_codes_go_a_page_at_a_time(engine: Engine, session: Session, shop: Shop) -> None:
    for number in range(230):
        a_distributor(session, code=f"PERSON-{number}")
    rule(session)
    assert kept(engine, shop) == VouchersKept(added=230)
    assert sum("AddVoucherCodes" in query for query in shop.requests) == 3
    assert kept(engine, shop, whole=True) == VouchersKept()
    assert len(shop.vouchers[VOUCHER]) == 231


def test_a_voucher_the_shop_does_not_have_is_said(engine: Engine, session: Session, shop: Shop) -> None:
    a_distributor(session, code="ADA")
    rule(session, voucher_id="gone")
    with pytest.raises(NoVoucher):
        kept(engine, shop)
    with pytest.raises(NoVoucher):
        kept(engine, shop, whole=True)


def test_what_the_voucher_gives_is_kept_as_the_shop_says(
    engine: Engine, session: Session, shop: Shop
) -> None:
    rule(session)
    kept(engine, shop)
    assert offer_of(session, VOUCHER) == Offer(
        value_type="percentage",
        applies_to="order",
        once_per_customer=True,
        starts_at=datetime(2026, 1, 1, tzinfo=UTC),
        ends_at=None,
        channels=(ChannelOffer("us", "USD", "10", "50.5"), ChannelOffer("de", "EUR", "12.5", None)),
    )
    shop.voucher_offers[VOUCHER] = {**OFFER, "type": "SHIPPING"}
    kept(engine, shop, whole=True)
    session.expire_all()
    changed = offer_of(session, VOUCHER)
    assert changed is not None
    assert changed.applies_to == "shipping"
    assert changed.runs(NOW)
    assert not changed.runs(datetime(2025, 12, 31, tzinfo=UTC))
