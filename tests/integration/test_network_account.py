"""Logging in, confirming an address, changing a password."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from distribution.audit.tables import AuditEntry
from distribution.errors import InvalidInput
from distribution.network import account, team
from distribution.network.errors import AccountClosed
from distribution.privacy.errors import WrongCredentials
from distribution.settings import program
from tests.factories import ACTOR, EARLY, a_distributor

LATER = EARLY + timedelta(days=3)
PASSWORD = "correct horse battery"


def test_the_password_is_asked_for(session: Session) -> None:
    ada = a_distributor(session, email="ada@example.com", password=PASSWORD)
    assert account.authenticate(session, email="ADA@example.com", password=PASSWORD, now=LATER) is ada
    assert ada.last_login_at == LATER
    assert PASSWORD not in (ada.password_hash or "")
    for email, password in (
        ("ada@example.com", "wrong"),
        ("nobody@example.com", PASSWORD),
        ("ada@example.com", ""),
        ("\x00", "x"),
        ("ada@example.com", "\ud800"),
    ):
        with pytest.raises(WrongCredentials):
            account.authenticate(session, email=email, password=password, now=LATER)


def test_a_password_is_the_same_from_every_keyboard(session: Session) -> None:
    ada = a_distributor(session, email="ada@example.com", password="caf\u00e9 au lait")
    known = account.authenticate(session, email="ada@example.com", password="cafe\u0301 au lait", now=LATER)
    assert known.id == ada.id


def test_who_has_no_password_cannot_log_in(session: Session) -> None:
    a_distributor(session, email="ada@example.com")
    with pytest.raises(WrongCredentials):
        account.authenticate(session, email="ada@example.com", password="", now=LATER)


@pytest.mark.parametrize("status", ["left", "removed", "rejected"])
def test_a_closed_account_says_so_only_to_its_owner(session: Session, status: str) -> None:
    a_distributor(session, email="ada@example.com", password=PASSWORD, status=status)
    with pytest.raises(AccountClosed):
        account.authenticate(session, email="ada@example.com", password=PASSWORD, now=LATER)
    with pytest.raises(WrongCredentials):
        account.authenticate(session, email="ada@example.com", password="wrong", now=LATER)


@pytest.mark.parametrize("password", ["short", "x" * 129, "aaaaaaaaaaaa"])
def test_a_poor_password_is_refused(session: Session, password: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        a_distributor(session, password=password)
    assert refused.value.field == "password"


def test_a_new_password_ends_other_sessions(session: Session) -> None:
    ada = a_distributor(session, email="ada@example.com", password=PASSWORD)
    with pytest.raises(WrongCredentials):
        account.change_password(session, ada.id, current="wrong", new="another good one", now=LATER)
    account.change_password(session, ada.id, current=PASSWORD, new="another good one", now=LATER)
    assert ada.session_version == 1
    account.authenticate(session, email="ada@example.com", password="another good one", now=LATER)


def test_a_reset_password_confirms_the_address(session: Session) -> None:
    ada = a_distributor(session)
    account.reset_password(session, ada.id, new="another good one", now=LATER)
    assert (ada.email_confirmed_at, ada.session_version) == (LATER, 1)


@pytest.mark.parametrize(
    "policy, status", [("open", "active"), ("review", "applied"), ("invitation", "applied")]
)
def test_an_open_program_admits_who_confirms(session: Session, policy: str, status: str) -> None:
    program.change(session, {"join_policy": policy}, actor=ACTOR, now=EARLY)
    top = a_distributor(session)
    applicant = a_distributor(session, sponsor=top, status="applied")
    for _ in range(2):
        account.confirm_email(session, applicant.id, now=LATER)
    assert (applicant.status, applicant.email_confirmed_at) == (status, LATER)
    assert team.counts(session, top.id)[1] == (1 if status == "active" else 0)


def test_a_profile_changes_what_is_given(session: Session) -> None:
    ada = a_distributor(session, name="Ada")
    account.change_profile(session, ada.id, name="  Ada   Lovelace ", now=LATER)
    account.change_profile(session, ada.id, locale="zh_Hans", now=LATER)
    assert (ada.name, ada.locale) == ("Ada Lovelace", "zh_Hans")
    # The log outlives the name: it says that it changed, not to what.
    acts = select(AuditEntry).where(AuditEntry.action == "distributor.change_profile")
    told = [(act.before, act.after) for act in session.scalars(acts.order_by(AuditEntry.number))]
    assert told == [(None, {"name": "***"}), ({"locale": None}, {"locale": "zh_Hans"})]
