"""The shop's staff in the console: found by the shop's id of them, made at their first sign-in, their role renewed."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from distribution.access import sessions
from distribution.access.identities import follows, identity_of, link
from distribution.access.tables import ExternalIdentity
from distribution.audit.record import record
from distribution.settings import merchants
from distribution.settings.lock import lock
from distribution.settings.tables import Merchant
from distribution.signing_in.errors import ConfirmationNeeded, NobodyHere, NotConfirmed
from distribution.signing_in.vouched import Vouched

KIND = "merchant"
ACTOR = "job:sign_in"


def admit(session: Session, vouched: Vouched, *, role: str | None, now: datetime) -> Merchant:
    """The console login of somebody vouched for; `role` is what the issuer gives them, None where it gives none.

    Raises ConfirmationNeeded when a login nobody linked has their e-mail address, NotConfirmed when it has and the
    issuer does not say that it is theirs, NobodyHere when there is none and no role to make one with or an owner here
    disabled it, LastOwner when the issuer takes the last owner's role away.
    """
    # One after another: of two first sign-ins at once one makes the login.
    lock(session)
    identity = identity_of(session, KIND, vouched.issuer, vouched.subject, for_update=True)
    if identity is None:
        return _made(session, vouched, role, now)
    merchant = merchants.by_id(session, identity.person_id)
    if merchant.disabled_at is not None:
        raise NobodyHere
    if not identity.follows and follows(session, KIND, merchant.id):
        # Who is out at the issuer that brought them does not come in by another one.
        raise NobodyHere
    if identity.follows:
        if role is None:
            raise NobodyHere
        merchant = merchants.change_role(session, merchant.id, role=role, actor=ACTOR, now=now)
    _used(session, identity, merchant, now)
    return merchant


def refuse(session: Session, *, issuer: str, subject: str, reason: str, now: datetime) -> bool:
    """End what goes on in the name of somebody the issuer no longer lets in; whether they are known here.

    Only those who came by the issuer: a login of our own that was linked to it is the owners' to end.
    """
    identity = identity_of(session, KIND, issuer, subject, for_update=True)
    if identity is None or not identity.follows:
        return False
    ended = sessions.end_all(session, KIND, identity.person_id)
    record(
        session,
        actor=ACTOR,
        action="merchant.refuse_sign_in",
        subject_type=KIND,
        subject_id=identity.person_id,
        after={"sessions": ended},
        reason=reason,
        now=now,
    )
    return True


def _made(session: Session, vouched: Vouched, role: str | None, now: datetime) -> Merchant:
    holder = merchants.by_email(session, vouched.email)
    if holder is not None:
        raise ConfirmationNeeded(KIND, holder.id) if vouched.email_confirmed else NotConfirmed
    if role is None:
        raise NobodyHere
    merchant = merchants.create(
        session,
        email=vouched.email,
        name=vouched.name or None,
        password=None,
        role=role,
        actor=ACTOR,
        now=now,
    )
    link(
        session,
        KIND,
        merchant.id,
        issuer=vouched.issuer,
        subject=vouched.subject,
        follows=True,
        actor=ACTOR,
        now=now,
    )
    merchant.last_login_at = now
    session.flush()
    return merchant


def _used(session: Session, identity: ExternalIdentity, merchant: Merchant, now: datetime) -> None:
    identity.last_used_at = now
    merchant.last_login_at = now
    session.flush()
