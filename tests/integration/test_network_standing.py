"""Approve, reject, suspend, reinstate, leave, remove: what each allows and leaves behind."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from distribution.audit.tables import AuditEntry
from distribution.network import history, standing, team
from distribution.network.errors import StandingRefused
from distribution.settings import program
from tests.factories import ACTOR, EARLY, a_chain, a_distributor

LATER = EARLY + timedelta(days=3)


def test_approval_makes_a_member(session: Session) -> None:
    top = a_distributor(session)
    applicant = a_distributor(session, sponsor=top, status="applied")
    standing.approve(session, applicant.id, actor=ACTOR, now=LATER)
    assert (applicant.status, applicant.joined_at) == ("active", LATER)
    assert team.counts(session, top.id)[1] == 1
    assert [(row.status, row.effective_at) for row in history.standings(session, applicant.id)] == [
        ("applied", EARLY),
        ("active", LATER),
    ]


def test_an_act_is_on_the_audit_log_with_before_and_after(session: Session) -> None:
    ada = a_distributor(session)
    standing.suspend(session, ada.id, actor=ACTOR, now=LATER, reason="brand bidding")
    entry = session.scalars(select(AuditEntry).order_by(AuditEntry.number.desc())).first()
    assert entry is not None
    assert (entry.action, entry.before, entry.after, entry.reason, entry.at) == (
        "distributor.suspend",
        {"status": "active"},
        {"status": "suspended"},
        "brand bidding",
        LATER,
    )
    assert [row.reason for row in history.standings(session, ada.id)] == [None, "brand bidding"]


@pytest.mark.parametrize("act", sorted(standing.ACTS))
@pytest.mark.parametrize("status", ["applied", "active", "suspended", "left", "removed", "rejected"])
def test_only_the_acts_of_the_table_are_possible(session: Session, act: str, status: str) -> None:
    person = a_distributor(session, status=status)
    chosen = standing.ACTS[act]
    if status in chosen.allowed_from:
        standing.change_standing(session, person.id, chosen, actor=ACTOR, now=LATER, reason="test")
        assert person.status == chosen.to
    else:
        with pytest.raises(StandingRefused) as refused:
            standing.change_standing(session, person.id, chosen, actor=ACTOR, now=LATER, reason="test")
        assert (refused.value.act, refused.value.status) == (act, status)


def test_who_leaves_is_counted_no_more_and_may_come_back(session: Session) -> None:
    seller, sponsor, top = a_chain(session, 3)
    standing.leave(session, sponsor.id, actor=ACTOR, now=LATER)
    assert team.counts(session, top.id) == {1: 0, 2: 1, 3: 0}
    assert sponsor.session_version == 1
    assert seller.sponsor_id == sponsor.id
    standing.reinstate(session, sponsor.id, actor=ACTOR, now=LATER)
    assert team.counts(session, top.id) == {1: 1, 2: 1, 3: 0}


def test_the_downline_moves_up_where_the_program_says_so(session: Session) -> None:
    program.change(session, {"downline_on_exit": "sponsor"}, actor=ACTOR, now=EARLY)
    seller, sponsor, top = a_chain(session, 3)
    standing.remove(session, sponsor.id, actor=ACTOR, now=LATER, reason="fraud")
    assert (seller.sponsor_id, seller.depth) == (top.id, 2)
    assert team.counts(session, top.id) == {1: 1, 2: 0, 3: 0}
    assert team.counts(session, sponsor.id) == {1: 0, 2: 0, 3: 0}
    assert history.sponsorships(session, seller.id)[-1].reason == f"their sponsor {sponsor.id} is removed"


def test_the_downline_never_moves_to_somebody_who_is_gone_too(session: Session) -> None:
    program.change(session, {"downline_on_exit": "sponsor"}, actor=ACTOR, now=EARLY)
    seller, sponsor, top = a_chain(session, 3)
    standing.suspend(session, top.id, actor=ACTOR, now=LATER, reason="a look at their site")
    standing.leave(session, sponsor.id, actor=ACTOR, now=LATER)
    assert (seller.sponsor_id, seller.depth) == (None, 1)
