"""Joining: who gets in, where they stand, and what is written down."""

from __future__ import annotations

from datetime import timedelta
from threading import Barrier, Thread

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from distribution.audit import chain
from distribution.audit.tables import AuditEntry
from distribution.db import new_id, transaction
from distribution.errors import InvalidInput
from distribution.network import history, team
from distribution.network.errors import DistributorNotFound, EmailTaken, SponsorInactive, TreeTooDeep
from distribution.network.find import by_email
from distribution.network.join import join
from distribution.network.tables import Sponsorship, Standing
from distribution.settings import program
from tests import upline
from tests.factories import ACTOR, EARLY, a_chain, a_distributor


def test_a_chain_has_its_level_columns(session: Session) -> None:
    seller, sponsor, top = a_chain(session, 3)
    assert (top.sponsor_id, top.depth) == (None, 1)
    assert (sponsor.sponsor_id, sponsor.second_id, sponsor.depth) == (top.id, None, 2)
    assert (seller.sponsor_id, seller.second_id, seller.third_id, seller.depth) == (
        sponsor.id,
        top.id,
        None,
        3,
    )
    assert team.counts(session, top.id) == {1: 1, 2: 1, 3: 0}


def test_every_history_begins_when_a_person_joins(session: Session) -> None:
    top = a_distributor(session)
    applicant = a_distributor(session, sponsor=top, status="applied", now=EARLY + timedelta(days=1))
    [none] = history.sponsorships(session, top.id)
    assert (none.sponsor_id, none.effective_at, none.recorded_at) == (None, EARLY, EARLY)
    [under_top] = history.sponsorships(session, applicant.id)
    assert (under_top.sponsor_id, under_top.effective_at) == (top.id, EARLY + timedelta(days=1))
    assert [standing.status for standing in history.standings(session, applicant.id)] == ["applied"]
    assert (top.joined_at, applicant.joined_at) == (EARLY, None)
    entry = session.scalars(select(AuditEntry).order_by(AuditEntry.number.desc())).first()
    assert entry is not None
    assert (entry.action, entry.subject_id, entry.actor) == ("distributor.join", str(applicant.id), ACTOR)


def test_an_applicant_is_not_counted(session: Session) -> None:
    top = a_distributor(session)
    a_distributor(session, sponsor=top, status="applied")
    assert team.counts(session, top.id) == {1: 0, 2: 0, 3: 0}
    assert team.members(session, top.id, level=1) == []


def test_the_tree_is_three_deep_unless_the_merchant_answers_for_more(session: Session) -> None:
    deepest = a_chain(session, 3)[0]
    with pytest.raises(TreeTooDeep) as refused:
        a_distributor(session, sponsor=deepest)
    assert (refused.value.limit, refused.value.depth, refused.value.field) == (3, 4, "sponsor_id")
    changes = {"max_tree_depth": 4, "depth_acknowledgement": "our counsel looked at it"}
    program.change(session, changes, actor=ACTOR, now=EARLY)
    assert a_distributor(session, sponsor=deepest).depth == 4


@pytest.mark.parametrize(
    "email", ["", "nobody", "a@b", "a b@example.com", "a@exa mple.com", "x" * 400 + "@example.com"]
)
def test_a_malformed_address_is_refused(session: Session, email: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        join(session, email=email, name="Ada", actor=ACTOR, now=EARLY)
    assert refused.value.field == "email"


@pytest.mark.parametrize("name", ["", "   ", "x" * 121, "a\x00b", "tab\u200bbed"])
def test_a_malformed_name_is_refused(session: Session, name: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        join(session, email="ada@example.com", name=name, actor=ACTOR, now=EARLY)
    assert refused.value.field == "name"


def test_an_address_is_taken_in_whatever_case(session: Session) -> None:
    ada = a_distributor(session, email="Ada@Example.com")
    with pytest.raises(EmailTaken):
        a_distributor(session, email=" ada@EXAMPLE.com ")
    assert by_email(session, "ADA@example.COM") is ada


def test_a_sponsor_takes_recruits_only_while_active(session: Session) -> None:
    with pytest.raises(SponsorInactive) as refused:
        a_distributor(session, sponsor=a_distributor(session, status="suspended"))
    assert refused.value.status == "suspended"
    with pytest.raises(DistributorNotFound):
        join(session, email="a@example.com", name="Ada", sponsor_id=new_id(), actor=ACTOR, now=EARLY)


def test_two_registrations_with_one_address_at_once_make_one(engine: Engine) -> None:
    barrier, outcomes = Barrier(8), []

    def register(number: int) -> None:
        barrier.wait()
        try:
            with transaction(engine) as session:
                join(
                    session,
                    email=f"{'Ada' if number % 2 else 'ada'}@example.com",
                    name="Ada",
                    actor=ACTOR,
                    now=EARLY,
                )
            outcomes.append("in")
        except EmailTaken:
            outcomes.append("taken")

    threads = [Thread(target=register, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["in"] + ["taken"] * 7


def test_joins_at_once_are_all_counted_and_the_chains_hold(engine: Engine) -> None:
    with transaction(engine) as session:
        top = a_distributor(session)
    barrier = Barrier(6)

    def recruit(number: int) -> None:
        barrier.wait()
        for turn in range(4):
            with transaction(engine) as session:
                a_distributor(session, sponsor=top, email=f"r{number}-{turn}@example.com")

    threads = [Thread(target=recruit, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with transaction(engine) as session:
        assert team.counts(session, top.id)[1] == 24
        for table in (AuditEntry, Sponsorship, Standing):
            assert list(chain.check(session, table)) == []


def test_nobody_is_above_one_who_had_not_joined(session: Session) -> None:
    seller, *_ = a_chain(session, 3)
    before = upline.as_of(session, [seller.id], EARLY - timedelta(seconds=1))[seller.id]
    assert before == upline.Upline(None, None, None)


def test_a_team_is_paged_and_searched(session: Session) -> None:
    top = a_distributor(session)
    people = [a_distributor(session, name=f"Person {number}%", sponsor=top) for number in range(5)]
    below = a_distributor(session, name="Below", sponsor=people[0])
    first = team.members(session, top.id, level=1, limit=3)
    rest = team.members(session, top.id, level=1, limit=3, after=first[-1].id)
    assert [person.id for person in first + rest] == [person.id for person in people]
    assert [person.id for person in team.members(session, top.id, level=2)] == [below.id]
    assert [person.name for person in team.members(session, top.id, level=1, search="3%")] == ["Person 3%"]
    with pytest.raises(InvalidInput):
        team.members(session, top.id, level=4)
