"""The shop's voucher is kept in step by a real Saleor's own rules."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from distribution.adapters.saleor.client import SaleorClient
from distribution.adapters.saleor.errors import SaleorRefused
from distribution.adapters.saleor.voucher_codes import read_codes
from distribution.adapters.saleor.vouchers import VouchersKept, keep_vouchers
from distribution.network.standing import ACTS, change_standing
from distribution.settings import program
from tests.factories import ACTOR, a_distributor
from tests.saleor.shop import Shop
from tests.saleor.test_reading import an_app

NOW = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)
_NEW = """
mutation($codes: [String!]!) {
  voucherCreate(input: { name: "distribution-test", type: ENTIRE_ORDER, addCodes: $codes }) {
    voucher { id } errors { field message }
  }
}
"""
_END = "mutation($id: ID!) { voucherDelete(id: $id) { errors { field message } } }"


@pytest.fixture
def client(shop: Shop, saleor_url: str) -> Iterator[SaleorClient]:
    yield from an_app(shop, saleor_url, ["MANAGE_DISCOUNTS"])


def a_voucher(shop: Shop, *codes: str) -> Iterator[str]:
    made: str = shop.saleor.run(_NEW, codes=list(codes))["voucherCreate"]["voucher"]["id"]
    yield made
    shop.saleor.run(_END, id=made)


@pytest.fixture
def voucher_id(shop: Shop) -> Iterator[str]:
    yield from a_voucher(shop, "KEPT-BY-SHOP")


@pytest.fixture
def other_voucher_id(shop: Shop) -> Iterator[str]:
    yield from a_voucher(shop, "STEP-TAKEN")


def codes(client: SaleorClient, voucher_id: str) -> set[str]:
    return {code for page in read_codes(client, voucher_id) for code in page}


def test_codes_come_and_go_with_distributors(
    engine: Engine, session: Session, client: SaleorClient, voucher_id: str, other_voucher_id: str
) -> None:
    ada = a_distributor(session, code="STEP-ADA")
    for code in ("STEP-BOB", "STEP-TAKEN"):
        a_distributor(session, code=code)
    program.change(session, {"vouchers": {"voucher_id": voucher_id}}, actor=ACTOR, now=NOW)
    session.commit()

    assert keep_vouchers(engine, client, actor=ACTOR, now=NOW) == VouchersKept(added=2, refused=1)
    assert codes(client, voucher_id) == {"KEPT-BY-SHOP", "STEP-ADA", "STEP-BOB"}

    change_standing(session, ada.id, ACTS["remove"], actor=ACTOR, now=NOW, reason="gone")
    session.commit()
    assert keep_vouchers(engine, client, actor=ACTOR, now=NOW) == VouchersKept(taken_out=1)
    assert codes(client, voucher_id) == {"KEPT-BY-SHOP", "STEP-BOB"}
    assert codes(client, other_voucher_id) == {"STEP-TAKEN"}


@pytest.fixture
def client_without_permission(shop: Shop, saleor_url: str) -> Iterator[SaleorClient]:
    yield from an_app(shop, saleor_url, ["MANAGE_ORDERS"])


def test_without_the_permission_it_is_said(client_without_permission: SaleorClient, voucher_id: str) -> None:
    with pytest.raises(SaleorRefused):
        codes(client_without_permission, voucher_id)
