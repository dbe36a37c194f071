"""A plan names only what is there: people, grades, groups, and what the shop sells as far as that is known."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy.orm import Session

from distribution.commission.accrue import accrue
from distribution.commission.plan.references import check_references
from distribution.errors import InvalidInput
from distribution.orders.catalogue import Item, Kind, finish, keep
from distribution.settings import program
from tests.factories import ACTOR, EARLY, a_distributor
from tests.saleor_orders import OBSERVED_AT, Line, saleor_order, snapshot_of


def a_plan(*rates: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"name": "Plan", "ceiling_bps": 5_000, "hold_days": 0, "rates": list(rates), **more}


def a_catalogue(session: Session, kind: Kind, *ids: str) -> None:
    keep(session, kind, [Item(each, each.upper()) for each in ids], began_at=EARLY)
    finish(session, kind, began_at=EARLY)


def unknown(session: Session, plan: dict[str, Any]) -> list[tuple[str, str]]:
    with pytest.raises(InvalidInput) as refused:
        check_references(session, plan)
    errors = refused.value.facts["errors"]
    assert refused.value.field == errors[0]["field"]
    assert refused.value.message == f"{errors[0]['field']}: {errors[0]['message']}"
    return [(error["field"], error["message"]) for error in errors]


def test_people_grades_and_groups_that_are_there_are_accepted(session: Session) -> None:
    ada, bob = a_distributor(session), a_distributor(session, status="terminated")
    program.change(session, {"grades": ["silver", "gold"], "groups": ["tea"]}, actor=ACTOR, now=EARLY)

    check_references(
        session,
        a_plan(
            {"level": 1, "bps": 100, "distributor": [str(ada.id).upper(), str(bob.id)]},
            {"level": 1, "bps": 100, "grade": "gold"},
            {"level": 1, "bps": 100, "group": ["tea"]},
            campaigns=[{"name": "c", "grade": ["silver"], "distributor": str(ada.id)}],
            uplines={"conditions": [{"level": 2, "grades": ["silver", "gold"]}]},
        ),
    )


def test_each_that_is_not_there_is_named_by_its_path(session: Session) -> None:
    ada, nobody = a_distributor(session), str(uuid4())
    program.change(session, {"grades": ["gold"]}, actor=ACTOR, now=EARLY)

    assert unknown(
        session,
        a_plan(
            {"level": 1, "bps": 100, "distributor": [str(ada.id), nobody, "no id at all"]},
            {"level": 1, "bps": 100, "grade": "bronze"},
            campaigns=[{"name": "c", "group": ["gold"]}],
            uplines={"conditions": [{"level": 2}, {"level": 3, "grades": ["gold", "iron"]}]},
        ),
    ) == [
        ("rates[0].distributor[1]", f"unknown distributor '{nobody}'"),
        ("rates[0].distributor[2]", "unknown distributor 'no id at all'"),
        ("rates[1].grade", "unknown grade 'bronze'"),
        ("campaigns[0].group[0]", "unknown group 'gold'"),
        ("uplines.conditions[1].grades[1]", "unknown grade 'iron'"),
    ]


def test_what_the_shop_sells_is_looked_up_in_its_catalogue(session: Session) -> None:
    for kind in ("channel", "category", "collection", "product", "variant"):
        a_catalogue(session, kind, "there")
    there = [
        {"level": 1, "bps": 100, kind: "there"} for kind in ("variant", "product", "collection", "category")
    ]

    check_references(session, a_plan(*there, {"level": 1, "bps": 100, "channel": ["there"]}))
    assert unknown(
        session,
        a_plan(
            *there,
            {"level": 1, "bps": 100, "category": ["there", "c-9"], "channel": "web"},
            campaigns=[{"name": "c", "product": "p-9"}, {"name": "d", "variant": "there", "collection": "x"}],
        ),
    ) == [
        ("rates[4].category[1]", "unknown category 'c-9'"),
        ("rates[4].channel", "unknown channel 'web'"),
        ("campaigns[0].product", "unknown product 'p-9'"),
        ("campaigns[1].collection", "unknown collection 'x'"),
    ]


def test_only_kinds_that_were_read_are_checked(session: Session) -> None:
    plan = a_plan({"level": 1, "bps": 100, "category": "c-9", "channel": "web"})
    check_references(session, plan)

    keep(session, "category", [Item("c-1", "Tea")], began_at=EARLY)
    check_references(session, plan)

    a_catalogue(session, "category")
    assert unknown(session, plan) == [("rates[0].category", "unknown category 'c-9'")]


def test_what_is_gone_may_still_be_named(session: Session) -> None:
    a_catalogue(session, "product", "p-1")
    finish(session, "product", began_at=OBSERVED_AT)

    check_references(session, a_plan({"level": 1, "bps": 100, "product": "p-1"}))


def test_products_of_other_shops_are_nothing_the_catalogue_can_tell(session: Session) -> None:
    a_catalogue(session, "channel", "default")
    plan = a_plan({"level": 1, "bps": 100, "channel": "till"})
    shops_own = snapshot_of(saleor_order(Line("TEE", 1, "18.00", "20.00")))
    accrue(session, [shops_own], now=OBSERVED_AT)
    assert unknown(session, plan) == [("rates[0].channel", "unknown channel 'till'")]

    accrue(session, [replace(shops_own, source="till", channel="till")], now=OBSERVED_AT)
    check_references(session, plan)
