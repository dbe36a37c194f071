"""What a distributor does with their own account: logs in, confirms their address, changes name or password."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from distribution.audit.record import record
from distribution.network import find, tree
from distribution.network.errors import AccountClosed
from distribution.network.join import checked_name
from distribution.network.standing import approve
from distribution.network.tables import Distributor
from distribution.notice import tell
from distribution.privacy.errors import WrongCredentials
from distribution.privacy.password import hash_password, password_matches, renewed
from distribution.settings import program

CLOSED_STATUSES = ("rejected", "left", "removed")


def authenticate(session: Session, *, email: str, password: str, now: datetime) -> Distributor:
    """The distributor with this e-mail address and password.

    Raises WrongCredentials, as slowly for an unknown address as for a wrong password; AccountClosed when the
    password is right and the account is over.
    """
    distributor = find.by_email(session, email)
    password_hash = distributor.password_hash if distributor else None
    matches = password_matches(password_hash, password)
    if distributor is None or password_hash is None or not matches:
        raise WrongCredentials
    if distributor.status in CLOSED_STATUSES:
        raise AccountClosed(distributor.status)
    distributor.password_hash = renewed(password_hash, password)
    distributor.last_login_at = now
    session.flush()
    return distributor


def note_login(session: Session, distributor_id: UUID, now: datetime) -> None:
    """Note that somebody got in another way than by the password alone."""
    find.by_id(session, distributor_id, for_update=True).last_login_at = now
    session.flush()


def confirm_email(session: Session, distributor_id: UUID, *, now: datetime) -> Distributor:
    """Note that the distributor reads the mail sent to their address; where joining is open this admits them."""
    tree.lock(session)
    distributor = find.by_id(session, distributor_id, for_update=True)
    if distributor.email_confirmed_at is not None:
        return distributor
    distributor.email_confirmed_at = now
    session.flush()
    if distributor.status == "applied" and program.read(session).join_policy == "open":
        return approve(session, distributor_id, actor="job:open_program", now=now)
    return distributor


def change_password(
    session: Session, distributor_id: UUID, *, current: str, new: str, now: datetime
) -> Distributor:
    """Replace a password by one who knows it; every other session of theirs ends. Raises WrongCredentials."""
    if not password_matches(find.by_id(session, distributor_id).password_hash, current):
        raise WrongCredentials
    return _set_password(session, distributor_id, new, action="distributor.change_password", now=now)


def reset_password(session: Session, distributor_id: UUID, *, new: str, now: datetime) -> Distributor:
    """Set a password for one who came by a link we mailed, which also confirms their address."""
    distributor = _set_password(session, distributor_id, new, action="distributor.reset_password", now=now)
    return confirm_email(session, distributor.id, now=now)


def change_profile(
    session: Session,
    distributor_id: UUID,
    *,
    now: datetime,
    name: str | None = None,
    locale: str | None = None,
) -> Distributor:
    """Change a distributor's name or language; what is not given stays."""
    tree.lock(session)
    distributor = find.by_id(session, distributor_id, for_update=True)
    name_before, locale_before = distributor.name, distributor.locale
    if name is not None:
        distributor.name = checked_name(name)
    if locale is not None:
        distributor.locale = locale
    session.flush()
    before: dict[str, str | None] = {}
    after: dict[str, str | None] = {}
    if distributor.name != name_before:
        # Names can be erased one day, the audit log cannot: it says that it changed, not to what.
        after["name"] = "***"
    if distributor.locale != locale_before:
        before["locale"], after["locale"] = locale_before, distributor.locale
    if after:
        _record(
            session, distributor, "distributor.change_profile", now=now, before=before or None, after=after
        )
    return distributor


def _set_password(
    session: Session, distributor_id: UUID, new: str, *, action: str, now: datetime
) -> Distributor:
    new_hash = hash_password(new)
    tree.lock(session)
    distributor = find.by_id(session, distributor_id, for_update=True)
    distributor.password_hash = new_hash
    distributor.session_version += 1
    session.flush()
    tell(session, distributor.id, "password_changed", key=f"password-{distributor.session_version}", now=now)
    _record(session, distributor, action, now=now)
    return distributor


def _record(
    session: Session,
    distributor: Distributor,
    action: str,
    *,
    now: datetime,
    before: dict[str, str | None] | None = None,
    after: dict[str, str | None] | None = None,
) -> None:
    record(
        session,
        actor=f"distributor:{distributor.id}",
        action=action,
        subject_type="distributor",
        subject_id=distributor.id,
        now=now,
        before=before,
        after=after,
    )
