"""Codes and vouchers: one namespace, no regard to case, never handed on."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from distribution.db import new_id, transaction
from distribution.errors import InvalidInput
from distribution.network import standing
from distribution.network.errors import DistributorNotFound
from distribution.promotion import codes
from distribution.promotion.errors import CodeNotFound, CodeTaken
from tests.factories import ACTOR, EARLY, a_code, a_distributor, a_voucher


def test_a_code_leads_to_its_owner_in_whatever_case(session: Session) -> None:
    ada = a_distributor(session)
    a_code(session, ada, "Alice")
    a_voucher(session, ada, "SUMMER 10%")
    found = codes.resolve(session, [" aLICE ", "summer 10%", "nobody"])
    assert found == {
        "ALICE": codes.ResolvedCode("ALICE", "Alice", "link", ada.id, True),
        "SUMMER 10%": codes.ResolvedCode("SUMMER 10%", "SUMMER 10%", "voucher", ada.id, True),
    }


@pytest.mark.parametrize("code", ["", "\x00", "x" * 300, "a\x00b", "10 MB" * 2_000_000, "\ud800"])
def test_what_cannot_be_a_code_leads_to_nobody(session: Session, code: str) -> None:
    assert codes.resolve(session, [code]) == {}


def test_link_codes_and_vouchers_share_one_namespace(session: Session) -> None:
    ada, bea = a_distributor(session), a_distributor(session)
    a_code(session, ada, "ALICE")
    for factory in (a_code, a_voucher):
        with pytest.raises(CodeTaken):
            factory(session, bea, "alice")


@pytest.mark.parametrize("code", ["ab", "x" * 41, "with space", "ümlaut", "semi;colon", "a/b"])
def test_a_malformed_code_is_refused(session: Session, code: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        a_code(session, a_distributor(session), code)
    assert refused.value.field == "code"


def test_a_code_is_made_of_the_name(session: Session) -> None:
    zoe = a_distributor(session, name="Zoë Kowalski")
    assert codes.issue_code(session, zoe.id, suffix="7KQ2M", actor=ACTOR, now=EARLY).code == "ZOE-7KQ2M"
    ming = a_distributor(session, name="王小明")
    assert codes.issue_code(session, ming.id, suffix="7KQ2M", actor=ACTOR, now=EARLY).code == "P-7KQ2M"


def test_a_code_that_is_off_leads_nowhere_and_stays_taken(session: Session) -> None:
    ada = a_distributor(session)
    a_code(session, ada, "ALICE")
    for _ in range(2):
        codes.deactivate_code(session, "alice", actor=ACTOR, now=EARLY)
    assert codes.resolve(session, ["ALICE"])["ALICE"].active is False
    with pytest.raises(CodeTaken):
        a_code(session, ada, "ALICE")
    with pytest.raises(CodeNotFound):
        codes.deactivate_code(session, "nobody", actor=ACTOR, now=EARLY)


def test_the_code_of_somebody_suspended_leads_nowhere(session: Session) -> None:
    ada = a_distributor(session, code="ALICE")
    standing.suspend(session, ada.id, actor=ACTOR, now=EARLY, reason="a test")
    assert codes.resolve(session, ["ALICE"])["ALICE"].active is False
    standing.reinstate(session, ada.id, actor=ACTOR, now=EARLY)
    assert codes.resolve(session, ["ALICE"])["ALICE"].active is True


def test_a_code_needs_a_distributor(session: Session) -> None:
    for verb in (codes.issue_code, codes.assign_voucher):
        with pytest.raises(DistributorNotFound):
            verb(session, new_id(), code="ALICE", actor=ACTOR, now=EARLY)


def test_one_code_asked_for_at_once_goes_to_one(engine: Engine) -> None:
    with transaction(engine) as session:
        people = [a_distributor(session).id for _ in range(6)]

    def ask(person: object) -> str:
        try:
            with transaction(engine) as session:
                codes.issue_code(session, person, code="HIT", actor=ACTOR, now=EARLY)
        except CodeTaken:
            return "taken"
        return "mine"

    with ThreadPoolExecutor(6) as pool:
        assert sorted(pool.map(ask, people)) == ["mine"] + ["taken"] * 5
