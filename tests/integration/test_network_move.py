"""Moves: no circle, no tree too deep, and old orders keep the upline they had."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from uuid import UUID

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from distribution.db import transaction
from distribution.network import find, history, team
from distribution.network.errors import SponsorCircle, SponsorInactive, TreeTooDeep
from distribution.network.move import move
from tests import upline
from tests.factories import ACTOR, EARLY, a_chain, a_deep_program, a_distributor

LATER = EARLY + timedelta(days=10)


def test_the_whole_branch_comes_along(session: Session) -> None:
    a_deep_program(session, 6)
    leaf, middle, root = a_chain(session, 3)
    second, first = a_chain(session, 2)
    move(session, root.id, sponsor_id=second.id, actor=ACTOR, now=LATER, reason="family")
    placed = [(p.sponsor_id, p.second_id, p.third_id, p.depth) for p in (root, middle, leaf)]
    assert placed == [
        (second.id, first.id, None, 3),
        (root.id, second.id, first.id, 4),
        (middle.id, root.id, second.id, 5),
    ]
    assert team.counts(session, second.id) == {1: 1, 2: 1, 3: 1}
    assert team.counts(session, first.id) == {1: 1, 2: 1, 3: 1}
    move(session, root.id, sponsor_id=None, actor=ACTOR, now=LATER)
    assert team.counts(session, second.id) == {1: 0, 2: 0, 3: 0}
    assert team.counts(session, first.id) == {1: 1, 2: 0, 3: 0}
    assert (leaf.third_id, leaf.depth) == (None, 3)


def test_an_old_order_still_shows_who_was_upline_then(session: Session) -> None:
    seller, sponsor, top = a_chain(session, 3)
    other = a_distributor(session)
    move(session, seller.id, sponsor_id=other.id, actor=ACTOR, now=LATER)
    move(session, sponsor.id, sponsor_id=None, actor=ACTOR, now=LATER + timedelta(days=1))
    then = upline.as_of(session, [seller.id, sponsor.id], LATER - timedelta(microseconds=1))
    assert then[seller.id] == upline.Upline(sponsor.id, top.id, None)
    assert upline.as_of(session, [seller.id], LATER)[seller.id] == upline.Upline(other.id, None, None)
    assert upline.as_of(session, [sponsor.id], LATER)[sponsor.id].sponsor_id == top.id
    assert [row.sponsor_id for row in history.sponsorships(session, seller.id)] == [sponsor.id, other.id]


def test_a_move_never_takes_effect_before_the_one_before_it(session: Session) -> None:
    ada, top, other = (a_distributor(session) for _ in range(3))
    move(session, ada.id, sponsor_id=top.id, actor=ACTOR, now=LATER)
    move(session, ada.id, sponsor_id=other.id, actor=ACTOR, now=EARLY)
    assert [row.effective_at for row in history.sponsorships(session, ada.id)] == [EARLY, LATER, LATER]
    assert upline.as_of(session, [ada.id], LATER)[ada.id].sponsor_id == other.id


def test_moving_to_the_same_place_records_nothing(session: Session) -> None:
    seller, sponsor, _ = a_chain(session, 3)
    move(session, seller.id, sponsor_id=sponsor.id, actor=ACTOR, now=LATER)
    assert len(history.sponsorships(session, seller.id)) == 1


@pytest.mark.parametrize("above", [0, 1, 2])
def test_nobody_comes_below_themselves(session: Session, above: int) -> None:
    chain = a_chain(session, 3)
    with pytest.raises(SponsorCircle):
        move(session, chain[2].id, sponsor_id=chain[above].id, actor=ACTOR, now=LATER)


def test_the_database_itself_refuses_a_circle(session: Session) -> None:
    seller, _, top = a_chain(session, 3)
    change = text("UPDATE distribution.distributors SET sponsor_id = :seller WHERE id = :top")
    with pytest.raises(IntegrityError, match="their own upline"):
        session.execute(change, {"seller": seller.id, "top": top.id})


def test_a_branch_too_deep_stays_where_it_is(session: Session) -> None:
    middle, root = a_chain(session, 2)
    second = a_chain(session, 2)[0]
    with pytest.raises(TreeTooDeep) as refused:
        move(session, root.id, sponsor_id=second.id, actor=ACTOR, now=LATER)
    assert (refused.value.limit, refused.value.depth) == (3, 4)
    assert (root.depth, middle.depth) == (1, 2)


def test_only_an_active_person_becomes_a_sponsor(session: Session) -> None:
    ada = a_distributor(session)
    with pytest.raises(SponsorInactive):
        move(session, ada.id, sponsor_id=a_distributor(session, status="left").id, actor=ACTOR, now=LATER)


def test_two_moves_that_together_close_a_circle(engine: Engine) -> None:
    for _ in range(10):
        with transaction(engine) as session:
            ada, bea = a_distributor(session), a_distributor(session)
        assert sorted(_moved_at_once(engine, (ada.id, bea.id), (bea.id, ada.id))) == ["circle", "moved"]
        with transaction(engine) as session:
            assert sorted(find.by_id(session, person.id).depth for person in (ada, bea)) == [1, 2]


def _moved_at_once(engine: Engine, *moves: tuple[UUID, UUID]) -> list[str]:
    barrier = Barrier(len(moves))

    def carry_out(pair: tuple[UUID, UUID]) -> str:
        try:
            with transaction(engine) as session:
                barrier.wait()
                move(session, pair[0], sponsor_id=pair[1], actor=ACTOR, now=LATER)
        except SponsorCircle:
            return "circle"
        return "moved"

    with ThreadPoolExecutor(len(moves)) as pool:
        return list(pool.map(carry_out, moves))
