"""The team as a tree: three levels, few of each, masked, and nobody else's."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy.orm import Session

from distribution.analytics.team_tree import FIRST, THEN, Branch, team_tree
from distribution.errors import NotFound
from distribution.network.standing import ACTS, change_standing
from tests.factories import a_chain, a_distributor

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


def _names(branches: tuple[Branch, ...]) -> list[str]:
    return [branch.name for branch in branches]


def test_three_levels_with_masked_names_and_no_fourth(session: Session) -> None:
    last, third, second, first, me = a_chain(session, 5)
    last.name, third.name, second.name, first.name = "Quinn Depth", "王小明", "Tom Baker", "Grace Hopper"
    session.flush()
    [one] = team_tree(session, me.id).branches
    [two] = one.below
    [three] = two.below
    assert [one.name, two.name, three.name] == ["Grace H.", "Tom B.", "王**"]
    assert [(each.level, each.depth, each.recruits) for each in (one, two, three)] == [
        (1, 2, 1),
        (2, 3, 1),
        (3, 4, 1),
    ]
    assert (three.below, three.has_more) == ((), False)


def test_of_each_only_the_newest_and_where_the_others_are(session: Session) -> None:
    me = a_distributor(session)
    invited = [
        a_distributor(session, name=f"N{number:02} X", sponsor=me, now=NOW + timedelta(minutes=number))
        for number in range(FIRST + 3)
    ]
    for number in range(THEN + 1):
        a_distributor(session, name=f"M{number} X", sponsor=invited[-1])
    page = team_tree(session, me.id)
    assert _names(page.branches) == [f"N{number:02} X." for number in range(FIRST + 2, 2, -1)]
    newest = page.branches[0]
    assert (_names(newest.below), newest.recruits, newest.has_more) == (
        [f"M{number} X." for number in range(THEN, 0, -1)],
        THEN + 1,
        True,
    )
    rest = team_tree(session, me.id, before=page.next)
    assert (_names(rest.branches), rest.next) == (["N02 X.", "N01 X.", "N00 X."], None)
    of_newest = team_tree(session, me.id, of=newest.id)
    assert of_newest.top is not None
    assert (of_newest.top.name, of_newest.top.level, of_newest.top.above_id) == (newest.name, 1, None)
    assert len(of_newest.branches) == THEN + 1


def test_a_tree_below_a_member_ends_at_the_readers_third_level(session: Session) -> None:
    _, third, second, first, me = a_chain(session, 5)
    below_first = team_tree(session, me.id, of=first.id)
    assert [below_first.branches[0].level, below_first.branches[0].below[0].level] == [2, 3]
    assert below_first.branches[0].below[0].below == ()
    below_second = team_tree(session, me.id, of=second.id)
    assert below_second.top is not None
    assert (below_second.top.level, below_second.top.above_id) == (2, first.id)
    assert [(each.id, each.level, each.below, each.has_more) for each in below_second.branches] == [
        (third.id, 3, (), False)
    ]


def test_nobody_looks_below_whom_they_did_not_bring(session: Session) -> None:
    _, third, second, _, me = a_chain(session, 5)
    stranger = a_distributor(session, name="Other Person")
    for of in (third.id, stranger.id, me.id, UUID(int=7)):
        with pytest.raises(NotFound):
            team_tree(session, me.id, of=of)
    with pytest.raises(NotFound):
        team_tree(session, second.id, of=me.id)


def test_who_left_stays_only_while_somebody_is_below(session: Session) -> None:
    below, left, me = a_chain(session, 3)
    gone = a_distributor(session, sponsor=me)
    for person in (left, gone):
        change_standing(session, person.id, ACTS["remove"], actor="merchant:test", now=NOW, reason="a test")
    a_distributor(session, sponsor=me, status="applied")
    [branch] = team_tree(session, me.id).branches
    assert (branch.id, branch.status, [each.id for each in branch.below]) == (left.id, "removed", [below.id])
