"""Invitations as the merchant sees them: to whom, how far each came, and how many came how far."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import Session

from distribution.invitation.tables import Invitation
from distribution.network.tables import Distributor
from distribution.privacy.encryption import Cipher
from distribution.privacy.masking import masked_email

STATES = ("waiting", "sent", "opened", "applied", "approved", "declined", "ended")
SHOWN = 200


@dataclass(frozen=True, slots=True)
class Row:
    """One invitation; `email` is None once it is forgotten, `name` whose application came of it."""

    id: UUID
    email: str | None
    locale: str
    state: str
    created_at: datetime
    at: datetime
    distributor_id: UUID | None
    name: str | None


@dataclass(frozen=True, slots=True)
class Invitations:
    """The newest of a state or of all, and how many there are of each."""

    rows: list[Row]
    counts: dict[str, int]


def invitations(
    session: Session, *, cipher: Cipher | None, now: datetime, state: str | None = None
) -> Invitations:
    """The newest 200; addresses are masked, or hidden whole without a cipher."""
    named = _state(now)
    counts = dict.fromkeys(STATES, 0)
    joined = Distributor.id == Invitation.distributor_id
    counted = (
        select(named.label("state"), func.count()).select_from(Invitation).outerjoin(Distributor, joined)
    )
    for which, count in session.execute(counted.group_by("state")):
        counts[which] = count
    query = select(Invitation, named, Distributor.name).outerjoin(Distributor, joined)
    if state in STATES:
        query = query.where(named == state)
    found = session.execute(query.order_by(Invitation.created_at.desc(), Invitation.id).limit(SHOWN))
    return Invitations([_row(each, which, name, cipher) for each, which, name in found], counts)


def _state(now: datetime) -> ColumnElement[str]:
    return case(
        (Distributor.joined_at.is_not(None), "approved"),
        (Invitation.applied_at.is_not(None), "applied"),
        (Invitation.declined_at.is_not(None), "declined"),
        (Invitation.expires_at <= now, "ended"),
        (Invitation.opened_at.is_not(None), "opened"),
        (Invitation.sent_at.is_not(None), "sent"),
        else_="waiting",
    )


def _row(found: Invitation, state: str, name: str | None, cipher: Cipher | None) -> Row:
    sealed = found.email_encrypted
    times = (found.declined_at, found.applied_at, found.opened_at, found.sent_at, found.created_at)
    return Row(
        id=found.id,
        email=masked_email(cipher.open(sealed)) if cipher and sealed else None,
        locale=found.locale,
        state=state,
        created_at=found.created_at,
        at=next(each for each in times if each is not None),
        distributor_id=found.distributor_id,
        name=name,
    )
