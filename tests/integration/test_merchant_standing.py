"""A login of the console that is locked out opens nothing; somebody who may do everything stays."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from distribution.access import sessions
from distribution.access.merchant_standing import AlreadyDisabled, NotDisabled, disable, enable
from distribution.access.tables import LoginSession
from distribution.analytics.signed_in import merchant_of
from distribution.audit.tables import AuditEntry
from distribution.privacy.errors import WrongCredentials
from distribution.settings import merchants, tokens
from distribution.settings.tables import Merchant
from tests.factories import ACTOR, EARLY

PASSWORD = "a long enough password"
LATER = EARLY + timedelta(days=1)


def a_merchant(session: Session, name: str, role: str = "owner") -> Merchant:
    return merchants.create(
        session,
        email=f"{name}@shop.example",
        password=PASSWORD,
        name=name,
        role=role,
        actor=ACTOR,
        now=EARLY,
    )


def leaves(session: Session, merchant: Merchant, *, with_tokens: bool = False) -> Merchant:
    return disable(
        session, merchant.id, with_tokens=with_tokens, reason="left the company", actor=ACTOR, now=LATER
    )


def logs_in(session: Session, merchant: Merchant) -> Merchant:
    return merchants.authenticate(session, email=merchant.email, password=PASSWORD, now=LATER)


def test_sessions_end_and_the_password_opens_nothing_until_they_are_let_in_again(session: Session) -> None:
    a_merchant(session, "olga")
    finn = a_merchant(session, "finn", "finance")
    sessions.begin(
        session,
        kind="merchant",
        person_id=finn.id,
        session_version=finn.session_version,
        token="t",
        user_agent="",
        address="",
        now=EARLY,
    )
    leaves(session, finn)
    assert session.scalars(select(LoginSession)).all() == []
    assert merchant_of(session, "t", now=EARLY) is None
    with pytest.raises(WrongCredentials):
        logs_in(session, finn)
    with pytest.raises(AlreadyDisabled):
        leaves(session, finn)
    enable(session, finn.id, reason="back again", actor=ACTOR, now=LATER)
    assert logs_in(session, finn).role == "finance"
    with pytest.raises(NotDisabled):
        enable(session, finn.id, reason="again", actor=ACTOR, now=LATER)
    query = select(AuditEntry).where(AuditEntry.subject_id == str(finn.id)).order_by(AuditEntry.number)
    acts = [(each.action, each.reason, each.after) for each in session.scalars(query)][1:]
    assert acts == [
        ("merchant.disable", "left the company", {"sessions": 1, "tokens": []}),
        ("merchant.enable", "back again", None),
    ]


def test_the_last_owner_who_may_sign_in_stays(session: Session) -> None:
    olga, otto = a_merchant(session, "olga"), a_merchant(session, "otto")
    a_merchant(session, "finn", "finance")
    leaves(session, otto)
    with pytest.raises(merchants.LastOwner):
        leaves(session, olga)
    with pytest.raises(merchants.LastOwner):
        merchants.change_role(session, olga.id, role="support", actor=ACTOR, now=LATER)
    # Who is out anyway may be given any role.
    assert merchants.change_role(session, otto.id, role="support", actor=ACTOR, now=LATER).role == "support"


@pytest.mark.parametrize("with_tokens", [True, False])
def test_tokens_they_made_end_with_them_where_that_is_wanted(session: Session, with_tokens: bool) -> None:
    a_merchant(session, "olga")
    otto = a_merchant(session, "otto")
    for name, actor in (("Till", f"merchant:{otto.id}"), ("CRM", ACTOR)):
        tokens.create(session, name=name, secret=name, actor=actor, now=EARLY)
    leaves(session, otto, with_tokens=with_tokens)
    in_use = [token.name for token in tokens.every(session) if token.revoked_at is None]
    assert in_use == (["CRM"] if with_tokens else ["Till", "CRM"])
