"""A planned version that a later one would keep from ever holding is named before and shown after."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from distribution.analytics.console_plan import versions
from distribution.commission.publish import overtaken, publish
from tests.factories import ACTOR, EARLY
from tests.refused_plans import plan

DAY = timedelta(days=1)


def planned_in(session: Session, days: int) -> int:
    effective_at = EARLY + days * DAY if days else None
    return publish(session, plan(), actor=ACTOR, now=EARLY, effective_at=effective_at).number


def lost(session: Session, days: int) -> list[int]:
    return [each.number for each in overtaken(session, effective_at=EARLY + days * DAY, now=EARLY)]


@pytest.mark.parametrize("days, numbers", [(0, [1, 2]), (4, [1, 2]), (5, [1, 2]), (6, [2]), (11, [])])
def test_what_is_due_no_sooner_than_the_new_one_is_lost(
    session: Session, days: int, numbers: list[int]
) -> None:
    planned_in(session, 5)
    planned_in(session, 10)
    assert lost(session, days) == numbers


def test_what_is_lost_already_is_not_told_again(session: Session) -> None:
    planned_in(session, 5)
    assert lost(session, 0) == [1]
    planned_in(session, 0)
    assert lost(session, 0) == []


def test_it_is_shown_as_never_in_effect_also_when_its_day_has_come(session: Session) -> None:
    for days in (5, 0, 7):
        planned_in(session, days)
    states = {1: "overtaken", 2: "in_force", 3: "planned"}
    assert {each.number: each.state for each in versions(session, now=EARLY)} == states
    later = {1: "overtaken", 2: "past", 3: "in_force"}
    assert {each.number: each.state for each in versions(session, now=EARLY + 8 * DAY)} == later
