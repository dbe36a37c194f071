"""The program's settings: defaults, changes laid over them, every version kept."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from distribution.attribution.policy import AttributionPolicy, from_document
from distribution.audit import chain
from distribution.audit.tables import AuditEntry
from distribution.db import transaction
from distribution.errors import InvalidInput
from distribution.settings import program
from distribution.settings.tables import ProgramVersion
from tests.factories import ACTOR, EARLY


def test_defaults_hold_while_nothing_is_recorded(session: Session) -> None:
    settings = program.read(session)
    assert (settings.max_tree_depth, settings.join_policy, settings.attribution.window_days) == (
        3,
        "review",
        30,
    )
    assert from_document(settings.attribution.model_dump()) == AttributionPolicy() == from_document({})


def test_a_change_is_laid_over_what_held(session: Session) -> None:
    program.change(
        session, {"attribution": {"window_days": None}, "time_zone": "Asia/Shanghai"}, actor=ACTOR, now=EARLY
    )
    program.change(session, {"attribution": {"touch": "first"}}, actor=ACTOR, now=EARLY)
    settings = program.read(session)
    assert (settings.attribution.window_days, settings.attribution.touch) == (None, "first")
    assert settings.time_zone == "Asia/Shanghai"
    policy = from_document(settings.attribution.model_dump())
    assert (policy.window_days, policy.binding_first) == (None, True)
    versions = session.scalars(select(ProgramVersion).order_by(ProgramVersion.number)).all()
    assert [version.document["attribution"]["touch"] for version in versions] == ["last", "first"]
    assert list(chain.check(session, ProgramVersion)) == []


def test_the_audit_log_says_what_changed(session: Session) -> None:
    program.change(session, {"program_name": "Friends of ours"}, actor=ACTOR, now=EARLY)
    [entry] = session.scalars(select(AuditEntry)).all()
    assert (entry.action, entry.before, entry.after) == (
        "program.change",
        {"program_name": "Partner program"},
        {"program_name": "Friends of ours"},
    )
    program.change(session, {"program_name": "Friends of ours"}, actor=ACTOR, now=EARLY)
    assert len(session.scalars(select(AuditEntry)).all()) == 1


def test_amounts_by_currency_are_replaced_whole(session: Session) -> None:
    for minimum in ({"USD": 1000, "JPY": 500}, {"USD": 2000}):
        program.change(session, {"withdrawal": {"minimum_minor": minimum}}, actor=ACTOR, now=EARLY)
    assert program.read(session).withdrawal.minimum_minor == {"USD": 2000}


def test_a_stage_that_is_taken_away_is_gone(session: Session) -> None:
    stages = {"best_selling": {"days": 30, "units_from": 50}, "slow": {"days": 60, "units_below": 3}}
    program.change(session, {"product_stages": stages}, actor=ACTOR, now=EARLY)
    program.change(session, {"product_stages": {"slow": None, "new": {"days": 7}}}, actor=ACTOR, now=EARLY)
    assert program.read(session).product_stages.model_dump() == {
        "new": {"days": 7},
        "best_selling": {"days": 30, "units_from": 50},
        "slow": None,
    }


@pytest.mark.parametrize(
    "changes, field",
    [
        ({"join_policy": "anyone"}, "join_policy"),
        ({"nonsense": 1}, "nonsense"),
        ({"attribution": {"window_days": 0}}, "attribution.window_days"),
        ({"attribution": {"self_purchase": "double"}}, "attribution.self_purchase"),
        ({"attribution": None}, "attribution"),
        ({"withdrawal": {"minimum_minor": {"USD": -1}}}, "withdrawal.minimum_minor.USD"),
        ({"withdrawal": {"minimum_minor": {"US": 1}}}, "withdrawal.minimum_minor.US.[key]"),
        ({"withdrawal": {"minimum_minor": {"USD": 2}, "maximum_minor": {"USD": 1}}}, "withdrawal"),
        ({"default_currency": "XXXX"}, "default_currency"),
        ({"time_zone": "Mars/Olympus"}, "time_zone"),
        ({"max_tree_depth": 0}, "max_tree_depth"),
        ({"max_tree_depth": 5}, "program"),
        ({"program_name": "  "}, "program_name"),
        ({"grades": ["gold", "Gold"]}, "grades"),
        ({"grades": [""]}, "grades.0"),
        ({"grades": ["gold", "two\nlines"]}, "grades.1"),
        ({"grades": [str(number) for number in range(51)]}, "grades"),
        ({"groups": ["x" * 61]}, "groups.0"),
        ({"groups": [str(number) for number in range(501)]}, "groups"),
        ({"product_stages": {"new": None}}, "product_stages.new"),
        ({"product_stages": {"new": {"days": 0}}}, "product_stages.new.days"),
        ({"product_stages": {"slow": {"days": 30}}}, "product_stages.slow.units_below"),
        (
            {"product_stages": {"best_selling": {"days": 400, "units_from": 1}}},
            "product_stages.best_selling.days",
        ),
    ],
)
def test_a_wrong_value_is_named_by_its_path(session: Session, changes: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        program.change(session, changes, actor=ACTOR, now=EARLY)
    assert refused.value.field == field
    assert session.scalars(select(ProgramVersion)).all() == []


def test_changes_at_once_do_not_lose_each_other(engine: Engine) -> None:

    changes = [
        {"program_name": "Ours"},
        {"company_name": "Us Ltd"},
        {"attribution": {"window_days": 7}},
        {"terms_version": "9"},
    ]

    def carry_out(change: dict[str, Any]) -> None:
        with transaction(engine) as session:
            program.change(session, change, actor=ACTOR, now=EARLY)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(carry_out, changes))
    with transaction(engine) as session:
        settings = program.read(session)
    assert (
        settings.program_name,
        settings.company_name,
        settings.attribution.window_days,
        settings.terms_version,
    ) == (
        "Ours",
        "Us Ltd",
        7,
        "9",
    )
