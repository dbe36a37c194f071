"""Grades and groups: given, taken, remembered by their time, and not to be struck off while they are needed."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import Engine, select, update
from sqlalchemy.orm import Session

from distribution.audit.tables import AuditEntry
from distribution.commission.accrue import raw
from distribution.commission.change_program import StillHeld, StillPlanned, change_program
from distribution.commission.publish import publish
from distribution.db import transaction
from distribution.errors import DomainError, InvalidInput
from distribution.network.errors import DistributorNotFound
from distribution.network.grade import set_grade
from distribution.network.groups import set_groups
from distribution.network.history import gradings, memberships
from distribution.network.profiles import Profile, profiles
from distribution.network.tables import Distributor
from distribution.proof import prove
from distribution.settings import program
from tests.factories import ACTOR, EARLY, a_distributor
from tests.proven import proven

DAY = timedelta(days=1)
PLAN = {"name": "Plain", "ceiling_bps": 3000, "hold_days": 14, "rates": [{"level": 1, "bps": 1000}]}
RANKS = {"grades": ["bronze", "silver", "gold"], "groups": ["press", "shops", "schools"]}


@pytest.fixture
def ada(session: Session) -> Distributor:
    program.change(session, RANKS, actor=ACTOR, now=EARLY)
    return a_distributor(session)


@pytest.fixture(autouse=True)
def _everything_proves(session: Session, engine: Engine) -> Any:
    yield
    session.commit()
    proven(engine)


def test_a_grade_is_audited_with_its_reason(session: Session, ada: Distributor) -> None:
    assert (ada.grade, ada.groups) == (None, [])

    set_grade(session, ada.id, grade="silver", actor=ACTOR, now=EARLY + DAY, reason="a good year")

    assert ada.grade == "silver"
    entry = session.scalars(select(AuditEntry).order_by(AuditEntry.number.desc())).first()
    assert entry is not None
    assert (entry.action, entry.before, entry.after, entry.reason) == (
        "distributor.set_grade",
        {"grade": None},
        {"grade": "silver"},
        "a good year",
    )


def test_the_grade_they_have_changes_nothing(session: Session, ada: Distributor) -> None:
    for _ in range(2):
        set_grade(session, ada.id, grade="silver", actor=ACTOR, now=EARLY + DAY)
    assert [(row.grade, row.effective_at) for row in gradings(session, ada.id)] == [("silver", EARLY + DAY)]


def test_what_is_appended_later_never_takes_effect_earlier(session: Session, ada: Distributor) -> None:
    set_grade(session, ada.id, grade="silver", actor=ACTOR, now=EARLY + 2 * DAY)
    set_grade(session, ada.id, grade=None, actor=ACTOR, now=EARLY + DAY)
    assert [(row.grade, row.effective_at) for row in gradings(session, ada.id)] == [
        ("silver", EARLY + 2 * DAY),
        (None, EARLY + 2 * DAY),
    ]


def test_groups_come_and_go(session: Session, ada: Distributor) -> None:
    set_groups(session, ada.id, groups=["shops"], actor=ACTOR, now=EARLY + DAY)
    set_groups(session, ada.id, groups=["press", "shops", "press"], actor=ACTOR, now=EARLY + 2 * DAY)
    assert ada.groups == ["press", "shops"]
    set_groups(session, ada.id, groups=["press"], actor=ACTOR, now=EARLY + 3 * DAY, reason="closed")
    set_groups(session, ada.id, groups=["press"], actor=ACTOR, now=EARLY + 4 * DAY)

    assert ada.groups == ["press"]
    assert [(row.group_key, row.member, row.reason) for row in memberships(session, ada.id)] == [
        ("shops", True, None),
        ("press", True, None),
        ("shops", False, "closed"),
    ]
    entry = session.scalars(select(AuditEntry).order_by(AuditEntry.number.desc())).first()
    assert entry is not None
    assert (entry.action, entry.before, entry.after) == (
        "distributor.set_groups",
        {"groups": ["press", "shops"]},
        {"groups": ["press"]},
    )


def test_what_the_program_does_not_have_is_refused(session: Session, ada: Distributor) -> None:
    common: dict[str, Any] = {"actor": ACTOR, "now": EARLY}
    with pytest.raises(InvalidInput, match="'platinum'") as refused:
        set_grade(session, ada.id, grade="platinum", **common)
    assert refused.value.field == "grade"
    with pytest.raises(InvalidInput, match="'bloggers'") as refused:
        set_groups(session, ada.id, groups=["bloggers"], **common)
    assert refused.value.field == "groups"
    with pytest.raises(DistributorNotFound):
        set_grade(session, uuid4(), grade="gold", **common)
    assert (ada.grade, ada.groups, gradings(session, ada.id)) == (None, [], [])


def test_profiles_are_those_of_the_moment(session: Session, ada: Distributor) -> None:
    bob, stranger = a_distributor(session), uuid4()
    set_grade(session, ada.id, grade="bronze", actor=ACTOR, now=EARLY + DAY)
    set_groups(session, ada.id, groups=["press", "shops"], actor=ACTOR, now=EARLY + DAY)
    set_grade(session, ada.id, grade="gold", actor=ACTOR, now=EARLY + 3 * DAY)
    set_groups(session, ada.id, groups=["shops"], actor=ACTOR, now=EARLY + 3 * DAY)
    set_groups(session, bob.id, groups=["schools"], actor=ACTOR, now=EARLY + 2 * DAY)

    moments = [EARLY, EARLY + DAY, EARLY + 2 * DAY, EARLY + 3 * DAY]
    asked = [(person, at) for person in (ada.id, bob.id, stranger) for at in moments]
    found = profiles(raw(session), [*asked, *reversed(asked)])

    both = frozenset({"press", "shops"})
    assert [found[ada.id, at] for at in moments] == [
        Profile(),
        Profile("bronze", both),
        Profile("bronze", both),
        Profile("gold", frozenset({"shops"})),
    ]
    assert [found[bob.id, at].groups for at in moments] == [
        *([frozenset()] * 2),
        *([frozenset({"schools"})] * 2),
    ]
    assert {found[stranger, at] for at in moments} == {Profile()}
    assert profiles(raw(session), []) == {}


def test_what_somebody_has_stays_in_the_program(session: Session, ada: Distributor) -> None:
    set_grade(session, ada.id, grade="gold", actor=ACTOR, now=EARLY)
    set_groups(session, ada.id, groups=["shops"], actor=ACTOR, now=EARLY)
    session.commit()
    for gone, field in (({"grades": ["bronze"]}, "grades"), ({"groups": ["press"]}, "groups")):
        with pytest.raises(StillHeld) as refused:
            change_program(session, gone, actor=ACTOR, now=EARLY)
        session.rollback()
        assert (refused.value.field, refused.value.holders) == (field, 1)
    set_grade(session, ada.id, grade=None, actor=ACTOR, now=EARLY)
    set_groups(session, ada.id, groups=[], actor=ACTOR, now=EARLY)
    change_program(session, {"grades": ["bronze"], "groups": []}, actor=ACTOR, now=EARLY)
    assert program.read(session).grades == ["bronze"]


@pytest.mark.parametrize("late", [timedelta(0), DAY])
@pytest.mark.parametrize(
    "named, gone, field",
    [
        ({"grade": "gold"}, {"grades": ["bronze"]}, "grades"),
        ({"grade": ["silver", "gold"]}, {"grades": ["bronze", "gold"]}, "grades"),
        ({"group": "shops"}, {"groups": ["press"]}, "groups"),
    ],
)
def test_what_a_plan_names_stays_in_the_program(
    session: Session, ada: Distributor, late: timedelta, named: dict[str, Any], gone: Any, field: str
) -> None:
    plan = {**PLAN, "name": "Grades", "rates": [{"level": 1, "bps": 1200, **named}]}
    publish(session, plan, actor=ACTOR, now=EARLY, effective_at=EARLY + late)
    session.commit()
    with pytest.raises(StillPlanned, match="'Grades'") as refused:
        change_program(session, gone, actor=ACTOR, now=EARLY)
    assert refused.value.field == field
    session.rollback()

    publish(session, PLAN, actor=ACTOR, now=EARLY + 2 * DAY)
    change_program(session, gone, actor=ACTOR, now=EARLY + 2 * DAY)


def test_nobody_is_given_what_is_about_to_go(engine: Engine, session: Session, ada: Distributor) -> None:
    session.commit()

    def give() -> None:
        with transaction(engine) as mine:
            set_grade(mine, ada.id, grade="gold", actor=ACTOR, now=EARLY)

    def strike() -> None:
        with transaction(engine) as mine:
            change_program(mine, {"grades": ["bronze"]}, actor=ACTOR, now=EARLY)

    def refused(act: Any) -> bool:
        try:
            act()
        except DomainError:
            return True
        return False

    for _ in range(5):
        with ThreadPoolExecutor(2) as pool:
            assert sorted(pool.map(refused, (give, strike))) == [False, True]
        with transaction(engine) as mine:
            program.change(mine, RANKS, actor=ACTOR, now=EARLY)
            set_grade(mine, ada.id, grade=None, actor=ACTOR, now=EARLY)


@pytest.mark.parametrize(
    "column, value", [("grade", "gold"), ("grade", None), ("groups", ["press"]), ("groups", [])]
)
def test_a_grade_or_group_that_nobody_gave_is_found(
    session: Session, ada: Distributor, column: str, value: object
) -> None:
    set_grade(session, ada.id, grade="bronze", actor=ACTOR, now=EARLY)
    set_groups(session, ada.id, groups=["shops"], actor=ACTOR, now=EARLY)
    session.commit()
    session.execute(update(Distributor).where(Distributor.id == ada.id).values({column: value}))
    session.commit()
    [difference] = prove(session).differences
    assert (difference.table, difference.row) == ("distributors", str(ada.id))
    session.rollback()
    kept = {"grade": "bronze", "groups": ["shops"]}
    session.execute(update(Distributor).where(Distributor.id == ada.id).values(kept))
