"""Customers of the shop, and whoever an OpenID provider knows, as distributors."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from distribution.access.identities import identity_of, link
from distribution.audit.record import record
from distribution.network import find, tree
from distribution.network.account import CLOSED_STATUSES, confirm_email
from distribution.network.errors import AccountClosed
from distribution.network.tables import Distributor
from distribution.signing_in.errors import ConfirmationNeeded, NobodyHere
from distribution.signing_in.vouched import Vouched

KIND = "distributor"


def admit(session: Session, vouched: Vouched, *, now: datetime) -> Distributor:
    """The distributor who is vouched for.

    Raises AccountClosed; ConfirmationNeeded when an account nobody linked has the confirmed e-mail address; NobodyHere
    when there is none, or the address is not confirmed.
    """
    identity = identity_of(session, KIND, vouched.issuer, vouched.subject, for_update=True)
    if identity is None:
        holder = find.by_email(session, vouched.email) if vouched.email_confirmed else None
        if holder is None:
            raise NobodyHere
        if holder.status in CLOSED_STATUSES:
            raise AccountClosed(holder.status)
        raise ConfirmationNeeded(KIND, holder.id)
    distributor = find.by_id(session, identity.person_id, for_update=True)
    if distributor.status in CLOSED_STATUSES:
        raise AccountClosed(distributor.status)
    identity.last_used_at = now
    distributor.last_login_at = now
    session.flush()
    record(
        session,
        actor=f"{KIND}:{distributor.id}",
        action="distributor.sign_in",
        subject_type=KIND,
        subject_id=distributor.id,
        after={"issuer": vouched.issuer},
        now=now,
    )
    return distributor


def welcome(session: Session, distributor_id: UUID, vouched: Vouched, *, now: datetime) -> Distributor:
    """Link somebody who has just applied to the login that vouches for them, and take their address as confirmed."""
    tree.lock(session)
    link(
        session,
        KIND,
        distributor_id,
        issuer=vouched.issuer,
        subject=vouched.subject,
        actor=f"{KIND}:{distributor_id}",
        now=now,
    )
    return confirm_email(session, distributor_id, now=now)
