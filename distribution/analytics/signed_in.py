"""Who a session's cookie stands for: the person, the session and whether a second step was set up, by one query."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import and_, bindparam, func, select
from sqlalchemy.orm import Session

from distribution.access.sessions import IDLE, token_hash
from distribution.access.tables import LoginSession, SecondFactor
from distribution.network.tables import Distributor, TermsAcceptance
from distribution.notice.inbox import MOST_COUNTED
from distribution.notice.tables import Notice
from distribution.settings.tables import Merchant

Row = TypeVar("Row", Distributor, Merchant)


@dataclass(frozen=True, slots=True)
class Login:
    """One session of somebody, without its token.

    `unread` is how many notices they have not read, `accepted_terms` the version of the terms they accepted last.
    """

    id: UUID
    user_agent: str
    address_masked: str
    created_at: datetime
    last_seen_at: datetime
    second_factor: bool
    unread: int = 0
    accepted_terms: str | None = None


def distributor_of(session: Session, token: str, *, now: datetime) -> tuple[Distributor, Login] | None:
    """The distributor whose browser has that token, and their session."""
    return _read(session, Distributor, "distributor", token, now)


def merchant_of(session: Session, token: str, *, now: datetime) -> tuple[Merchant, Login] | None:
    """The same of the merchant's people."""
    return _read(session, Merchant, "merchant", token, now)


def logins(
    session: Session, kind: str, person_id: UUID, *, session_version: int, since: datetime
) -> Sequence[Login]:
    """Where a person is logged in, the one last used first; `since`: what began before has ended of itself."""
    query = (
        select(LoginSession)
        .where(
            LoginSession.kind == kind,
            LoginSession.person_id == person_id,
            LoginSession.session_version == session_version,
            LoginSession.created_at > since,
        )
        .order_by(LoginSession.last_seen_at.desc(), LoginSession.id)
    )
    return [_login(row, second_factor=False) for row in session.scalars(query)]


def _read(
    session: Session, table: type[Row], kind: str, token: str, now: datetime
) -> tuple[Row, Login] | None:
    asked = {"token_hash": token_hash(token), "kind": kind, "used_since": now - IDLE}
    found = session.execute(_question(table), asked).one_or_none()
    if found is None:
        return None
    person, session_row, factor_at, unread_count, version = found
    return person, _login(
        session_row, second_factor=factor_at is not None, unread=unread_count, accepted=version
    )


# Every page asks this one: putting the question together took as long as its answer.
@cache
def _question(table: type[Row]) -> Any:
    some = (
        select(Notice.id)
        .where(Notice.person_id == table.id, Notice.shown, Notice.read_at.is_(None))
        .limit(MOST_COUNTED)
        .correlate(table)
    )
    unread = select(func.count()).select_from(some.subquery().lateral()).scalar_subquery().correlate(table)
    accepted = (
        select(TermsAcceptance.version)
        .where(TermsAcceptance.distributor_id == table.id)
        .order_by(TermsAcceptance.at.desc(), TermsAcceptance.id.desc())
        .limit(1)
        .correlate(table)
        .scalar_subquery()
    )
    return (
        select(table, LoginSession, SecondFactor.enabled_at, unread, accepted)
        .join(
            LoginSession,
            and_(
                LoginSession.person_id == table.id,
                LoginSession.session_version == table.session_version,
            ),
        )
        .outerjoin(
            SecondFactor, and_(SecondFactor.kind == LoginSession.kind, SecondFactor.person_id == table.id)
        )
        .where(
            LoginSession.token_hash == bindparam("token_hash"),
            LoginSession.kind == bindparam("kind"),
            LoginSession.last_seen_at > bindparam("used_since"),
        )
    )


def _login(row: LoginSession, *, second_factor: bool, unread: int = 0, accepted: str | None = None) -> Login:
    return Login(
        id=row.id,
        user_agent=row.user_agent,
        address_masked=row.address_masked,
        created_at=row.created_at,
        last_seen_at=row.last_seen_at,
        second_factor=second_factor,
        unread=unread,
        accepted_terms=accepted,
    )
