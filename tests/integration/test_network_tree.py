"""Whatever people do, the level columns, depths and counters say what a recursive query says."""

from __future__ import annotations

import contextlib
from datetime import datetime, timedelta
from uuid import UUID

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from distribution.errors import DomainError
from distribution.network.join import join
from distribution.network.move import move
from distribution.network.standing import ACTS, change_standing
from distribution.network.tables import Distributor
from distribution.settings import program
from tests import upline
from tests.factories import ACTOR, EARLY, a_deep_program

_TRUTH = text(
    """
    WITH RECURSIVE tree AS (
        SELECT id, ARRAY[]::uuid[] AS above FROM distribution.distributors WHERE sponsor_id IS NULL
        UNION ALL
        SELECT child.id, tree.id || tree.above
        FROM distribution.distributors child JOIN tree ON child.sponsor_id = tree.id
    )
    SELECT tree.id, above[1] AS first, above[2] AS second, above[3] AS third, cardinality(above) + 1 AS depth, status
    FROM tree JOIN distribution.distributors USING (id)
    """
)
_COUNTS = text("SELECT distributor_id, level, members FROM distribution.team_counts WHERE members > 0")

_who = st.integers(0, 7)
_steps = st.lists(
    st.one_of(
        st.tuples(st.just("join"), st.none() | _who, st.sampled_from(["applied", "active"])),
        st.tuples(st.just("move"), _who, st.none() | _who),
        st.tuples(st.just("stand"), _who, st.sampled_from(sorted(ACTS))),
    ),
    min_size=4,
    max_size=25,
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=_steps, downline=st.sampled_from(["stays", "sponsor"]), deep=st.booleans())
def test_columns_and_counters_are_true(engine: Engine, steps: list[tuple], downline: str, deep: bool) -> None:
    with Session(engine) as session:
        # Rolled back at the end: no example sees another's people.
        program.change(session, {"downline_on_exit": downline}, actor=ACTOR, now=EARLY)
        if deep:
            a_deep_program(session, 50)
        people: list[UUID] = []
        uplines: list[tuple[int, dict[UUID, upline.Upline]]] = []
        for turn, step in enumerate(steps):
            with contextlib.suppress(DomainError):
                _carry_out(session, people, step, turn)
            uplines.append((turn, _check(session)))
        for turn, then in uplines:
            assert upline.as_of(session, list(then), _at(turn)) == then
        session.rollback()


def _at(turn: int) -> datetime:
    return EARLY + timedelta(hours=turn)


def _carry_out(session: Session, people: list[UUID], step: tuple, turn: int) -> None:
    kind, who, what = step
    person = people[who % len(people)] if people and who is not None else None
    if kind == "join":
        joined = join(
            session,
            email=f"p{turn}@example.com",
            name="Ada",
            status=what,
            sponsor_id=person,
            actor=ACTOR,
            now=_at(turn),
        )
        people.append(joined.id)
    elif person is not None and kind == "move":
        below = people[what % len(people)] if what is not None else None
        move(session, person, sponsor_id=below, actor=ACTOR, now=_at(turn))
    elif person is not None:
        change_standing(session, person, ACTS[what], actor=ACTOR, now=_at(turn), reason="chance")


def _check(session: Session) -> dict[UUID, upline.Upline]:
    session.flush()
    truth = session.execute(_TRUTH).all()
    counted: dict[tuple[UUID, int], int] = {}
    for row in truth:
        stored = session.get_one(Distributor, row.id)
        assert (stored.sponsor_id, stored.second_id, stored.third_id, stored.depth) == (
            row.first,
            row.second,
            row.third,
            row.depth,
        )
        if row.status in ("active", "suspended"):
            for level, above in enumerate((row.first, row.second, row.third), start=1):
                if above is not None:
                    counted[above, level] = counted.get((above, level), 0) + 1
    assert len(truth) == session.scalar(text("SELECT count(*) FROM distribution.distributors"))
    assert {(row.distributor_id, row.level): row.members for row in session.execute(_COUNTS)} == counted
    return {row.id: upline.Upline(row.first, row.second, row.third) for row in truth}
