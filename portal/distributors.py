"""A distributor as the portal knows them while they are logged in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from distribution.analytics.signed_in import Login, distributor_of
from distribution.network import find
from distribution.network.account import CLOSED_STATUSES, note_login
from distribution.network.errors import DistributorNotFound
from distribution.network.tables import Distributor
from portal.login import register_kind
from portal.securing.area import Area

KIND = "distributor"


@dataclass(frozen=True, slots=True)
class LoggedIn:
    """What pages need of the one who looks at them."""

    id: UUID
    name: str
    email: str
    status: str
    grade: str | None
    groups: tuple[str, ...]
    depth: int
    sponsor_id: UUID | None
    session_version: int
    locale: str | None
    email_confirmed: bool
    has_password: bool
    kind: str = KIND

    @property
    def may_enter(self) -> bool:
        """Everybody whose part in the program is not over; an applicant sees how their application stands."""
        return self.status not in CLOSED_STATUSES


def logged_in(distributor: Distributor) -> LoggedIn:
    """What pages need of a distributor, read from their row."""
    return LoggedIn(
        id=distributor.id,
        name=distributor.name,
        email=distributor.email,
        status=distributor.status,
        grade=distributor.grade,
        groups=tuple(distributor.groups),
        depth=distributor.depth,
        sponsor_id=distributor.sponsor_id,
        session_version=distributor.session_version,
        locale=distributor.locale,
        email_confirmed=distributor.email_confirmed_at is not None,
        has_password=distributor.password_hash is not None,
    )


def read(session: Session, token: str, now: datetime) -> tuple[LoggedIn, Login] | None:
    """The distributor of a session's token, and the session."""
    found = distributor_of(session, token, now=now)
    return None if found is None else (logged_in(found[0]), found[1])


def known(session: Session, distributor_id: UUID) -> LoggedIn | None:
    """The distributor of that id, wherever it comes from."""
    try:
        return logged_in(find.by_id(session, distributor_id))
    except DistributorNotFound:
        return None


AREA = Area(
    kind=KIND,
    pages="distributor",
    layout="layouts/distributor.html",
    login="access.login",
    second_step="access.second_step",
    passkey_login="access.passkey_login",
    home="distributor.dashboard",
    account="distributor.account",
    # Theirs end when they are idle for long.
    longest_session=timedelta(days=3650),
    person=known,
    password_hash=lambda session, distributor_id: find.by_id(session, distributor_id).password_hash,
    entered=note_login,
    wanted=lambda person: None,
)


def install() -> None:
    """Let distributors log in."""
    register_kind(KIND, read, "access.login")
