"""What an order is worth at 10 %, 5 % and 2 % of net, for states a real Saleor was not recorded in.

A row: what happened, the order, what the three levels have accrued over all lines together, in minor units.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from distribution.commission.entitlement import entitlement
from distribution.commission.known import KnownShare
from distribution.commission.plan.built_in import BUILT_IN
from distribution.commission.plan.compiled import compile_plan
from distribution.commission.plan.parse import parse
from distribution.commission.rating.facts import Facts, Person
from distribution.commission.rating.freeze import freeze
from distribution.orders.snapshot import OrderSnapshot
from tests.saleor_orders import Line, saleor_order, snapshot_of

PEOPLE = (Person(UUID(int=1)), Person(UUID(int=2)), Person(UUID(int=3)))
TEE = Line("TEE", 2, "40.00", "44.00", fulfilled=2)


def accrued(snapshot: OrderSnapshot, plan: dict[str, Any] = BUILT_IN) -> list[int]:
    drafts = freeze(compile_plan(parse(plan)), snapshot, Facts(PEOPLE))
    shares = [KnownShare(number, 1, *draft[:-1]) for number, draft in enumerate(drafts, 1)]
    worth = entitlement(snapshot, shares)
    return [
        sum(worth[share.number].amount_minor for share in shares if share.level == level)
        for level in (1, 2, 3)
    ]


CASES: dict[str, tuple[dict[str, Any], list[int]]] = {
    "nothing paid is worth nothing": (saleor_order(TEE), [0, 0, 0]),
    "paid and delivered": (saleor_order(TEE, charged="44"), [400, 200, 80]),
    "paid a cent short": (saleor_order(TEE, charged="43.99"), [0, 0, 0]),
    "several refunds add up: 11 + 11 of 44 kept by half": (
        saleor_order(TEE, charged="22", refunded="22"),
        [200, 100, 40],
    ),
    "a refund of all": (saleor_order(TEE, charged="0", refunded="44"), [0, 0, 0]),
    "overpaid by 6 and that given back: worth all of it": (
        saleor_order(TEE, charged="44", refunded="6"),
        [400, 200, 80],
    ),
    "overpaid by 6, and 17 given back: 11 of the goods": (
        saleor_order(TEE, charged="33", refunded="17"),
        [300, 150, 60],
    ),
    "a dispute lost: charged back, nothing kept": (
        saleor_order(TEE, charged="0", charge_backs=("44",)),
        [0, 0, 0],
    ),
    "the dispute won: charged again": (saleor_order(TEE, charged="44", charge_backs=("44",)), [400, 200, 80]),
    "a refund asked for and not answered is not back yet": (
        saleor_order(TEE, charged="22", pending="22"),
        [400, 200, 80],
    ),
    "one unit shipped, the other refunded before it was: the shipped one is worth all of it": (
        saleor_order(Line("TEE", 2, "40", "44", fulfilled=1), charged="22", refunded="22"),
        [200, 100, 40],
    ),
    "one shipped, the other and a half refunded: half of the shipped one": (
        saleor_order(Line("TEE", 2, "40", "44", fulfilled=1), charged="11", refunded="33"),
        [100, 50, 20],
    ),
    "one of two returned, its money not back yet": (
        saleor_order(Line("TEE", 2, "40", "44", fulfilled=1, returned=1), charged="44"),
        [200, 100, 40],
    ),
    "one of two returned and exactly its money back: counted once": (
        saleor_order(Line("TEE", 2, "40", "44", fulfilled=1, returned=1), charged="22", refunded="22"),
        [200, 100, 40],
    ),
    "one of two returned, less than its money back: the unit counts": (
        saleor_order(Line("TEE", 2, "40", "44", fulfilled=1, returned=1), charged="34", refunded="10"),
        [200, 100, 40],
    ),
    "one of two returned, 33 back: 11 more than the unit, half of what is left": (
        saleor_order(Line("TEE", 2, "40", "44", fulfilled=1, returned=1), charged="11", refunded="33"),
        [100, 50, 20],
    ),
    "one cent more than the returned unit's price is rounding": (
        saleor_order(Line("TEE", 2, "40", "44", fulfilled=1, returned=1), charged="21.99", refunded="22.01"),
        [200, 100, 40],
    ),
    "two cents more for one unit are not": (
        saleor_order(Line("TEE", 2, "40", "44", fulfilled=1, returned=1), charged="21.98", refunded="22.02"),
        [199, 99, 39],
    ),
    "mixed tax rates: 10 % and 25 %, half of the gross given back lowers both alike": (
        saleor_order(
            Line("TEE", 1, "20.00", "22.00", fulfilled=1),
            Line("BOOK", 1, "40.00", "50.00", fulfilled=1),
            charged="36",
            refunded="36",
        ),
        [300, 150, 60],
    ),
    "odd cents: 3 units for 10.00, one delivered": (
        saleor_order(Line("ODD", 3, "10.00", "10.00", fulfilled=1), charged="10"),
        [33, 16, 6],
    ),
    "odd cents: 3 units for 10.00, one returned and 3.34 given back": (
        saleor_order(
            Line("ODD", 3, "10.00", "10.00", fulfilled=2, returned=1), charged="6.66", refunded="3.34"
        ),
        [66, 33, 13],
    ),
    "odd cents: all three": (
        saleor_order(Line("ODD", 3, "10.00", "10.00", fulfilled=3), charged="10"),
        [100, 50, 20],
    ),
    "shipping refunded, as the fulfilment says": (
        saleor_order(TEE, shipping="5.50", charged="44", refunded="5.50", shipping_refunded="5.50"),
        [400, 200, 80],
    ),
    "shipping refunded by a grant that includes it": (
        saleor_order(TEE, shipping="5.50", charged="33", refunded="16.50", grants=(("16.50", True),)),
        [300, 150, 60],
    ),
    "a grant for more than went back explains nothing": (
        saleor_order(TEE, shipping="5.50", charged="38.50", refunded="11", grants=(("16.50", True),)),
        [300, 150, 60],
    ),
    "two grants that include shipping: together at most its price": (
        saleor_order(
            TEE, shipping="5.50", charged="33", refunded="16.50", grants=(("5.50", True), ("11", True))
        ),
        [300, 150, 60],
    ),
    "a gift card paid half: the total is lower, the lines are not": (
        saleor_order(TEE, total="22", charged="22"),
        [400, 200, 80],
    ),
    "a gift card paid all": (saleor_order(TEE, total="0.00"), [400, 200, 80]),
    "a gift card sold earns nothing, the tee beside it does": (
        saleor_order(TEE, Line("CARD", 1, "50", "50", fulfilled=1, gift_card=True), charged="94"),
        [400, 200, 80],
    ),
    "a free line": (saleor_order(Line("FREE", 1, "0", "0", fulfilled=1)), [0, 0, 0]),
    "cancelled": (saleor_order(TEE, status="CANCELED", charged="44"), [0, 0, 0]),
    "expired": (saleor_order(TEE, status="EXPIRED", charged="44"), [0, 0, 0]),
    "unconfirmed": (saleor_order(TEE, status="UNCONFIRMED", charged="44"), [0, 0, 0]),
    "waiting for approval is not delivered": (
        saleor_order(Line("TEE", 2, "40", "44", waiting=2), charged="44"),
        [0, 0, 0],
    ),
    "a replaced unit stays sold": (
        saleor_order(Line("TEE", 2, "40", "44", fulfilled=1, replaced=1), charged="44"),
        [400, 200, 80],
    ),
    "the replacement earns nothing": (
        saleor_order(TEE, origin="REISSUE", original="T3JkZXI6MA==", charged="44"),
        [0, 0, 0],
    ),
    "yen have no decimals: 10 % of 1 999 is 199": (
        saleor_order(Line("TEE", 1, "1999", "2199", fulfilled=1), currency="JPY", charged="2199"),
        [199, 99, 39],
    ),
    "dinars have three: 10 % of 12.345 is 1.234": (
        saleor_order(Line("TEE", 1, "12.345", "12.345", fulfilled=1), currency="KWD", charged="12.345"),
        [1234, 617, 246],
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_an_order_is_worth(case: str) -> None:
    order, worth = CASES[case]

    assert accrued(snapshot_of(order)) == worth


GROSS = BUILT_IN | {"base": "gross"}
OVER = BUILT_IN | {"rates": [{"level": 1, "bps": 3000}, {"level": 2, "bps": 2000}, {"level": 3, "bps": 1000}]}
FIXED = BUILT_IN | {"rates": [{"level": 1, "fixed": "1.50", "currency": "USD"}, {"level": 2, "bps": 500}]}
FIXED_OVER = BUILT_IN | {
    "rates": [{"level": 1, "fixed": "9.00", "currency": "USD"}, {"level": 2, "bps": 1500}]
}
PLANS: dict[str, tuple[dict[str, Any], dict[str, Any], list[int]]] = {
    "of gross": (GROSS, saleor_order(TEE, charged="44"), [440, 220, 88]),
    "60 % in all scaled down to the ceiling of 30 %": (
        OVER,
        saleor_order(TEE, charged="44"),
        [600, 400, 200],
    ),
    "scaled down, then half given back: one rounding": (
        OVER,
        saleor_order(Line("ODD", 3, "10.00", "10.00", fulfilled=3), charged="5", refunded="5"),
        [75, 50, 25],
    ),
    "1.50 a unit": (FIXED, saleor_order(TEE, charged="44"), [300, 200, 0]),
    "1.50 a unit, one delivered": (
        FIXED,
        saleor_order(Line("TEE", 2, "40", "44", fulfilled=1), charged="44"),
        [150, 100, 0],
    ),
    "1.50 a unit of a free line pays nothing": (
        FIXED,
        saleor_order(Line("FREE", 1, "0", "0", fulfilled=1)),
        [0, 0, 0],
    ),
    "dollars a unit of an order in euros pay nothing": (
        FIXED,
        saleor_order(TEE, currency="EUR", charged="44"),
        [0, 200, 0],
    ),
    "9.00 a unit and 15 %: 45 % and 15 % scaled to 30 % together": (
        FIXED_OVER,
        saleor_order(TEE, charged="44"),
        [900, 300, 0],
    ),
}


@pytest.mark.parametrize("case", PLANS)
def test_under_another_plan_an_order_is_worth(case: str) -> None:
    plan, order, worth = PLANS[case]

    assert accrued(snapshot_of(order), plan) == worth
