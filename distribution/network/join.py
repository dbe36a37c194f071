"""Puts a new person into the tree; `promotion.recruit` is the door that people and the API use."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from sqlalchemy.orm import Session

from distribution.audit.record import record
from distribution.db import new_id
from distribution.errors import InvalidInput
from distribution.network import find, tree
from distribution.network.errors import EmailTaken, SponsorInactive, TreeTooDeep
from distribution.network.history import begin_sponsorship, begin_standing
from distribution.network.tables import Distributor
from distribution.network.telling import tell_sponsor
from distribution.privacy.email import checked_email
from distribution.privacy.hashing import email_hash, shopper_key
from distribution.privacy.password import hash_password
from distribution.settings import program

LONGEST_NAME = 120


def join(
    session: Session,
    *,
    email: str,
    name: str,
    actor: str,
    now: datetime,
    status: Literal["applied", "active"] = "applied",
    sponsor_id: UUID | None = None,
    password: str | None = None,
    locale: str | None = None,
    application: dict[str, Any] | None = None,
) -> Distributor:
    """Add a distributor below `sponsor_id`, or directly below the merchant.

    Raises InvalidInput for a bad e-mail address, name or password, EmailTaken, DistributorNotFound and
    SponsorInactive for the sponsor, TreeTooDeep when the place is below the program's depth limit.
    """
    if status not in ("applied", "active"):
        raise InvalidInput("a distributor begins as applied or active", field="status")
    distributor = Distributor(
        id=new_id(),
        email=checked_email(email),
        name=checked_name(name),
        status=status,
        password_hash=hash_password(password) if password is not None else None,
        session_version=0,
        locale=locale,
        application=application,
        created_at=now,
        joined_at=now if status == "active" else None,
    )
    tree.lock(session)
    if find.by_email(session, distributor.email) is not None:
        raise EmailTaken(distributor.email)
    sponsor = _sponsor(session, sponsor_id)
    tree.place(distributor, sponsor)
    limit = program.read(session).max_tree_depth
    if distributor.depth > limit:
        raise TreeTooDeep(limit, distributor.depth)
    distributor.email_hash = email_hash(shopper_key(session), distributor.email)
    session.add(distributor)
    session.flush()
    tree.count_branch(session, distributor, tree.branch_of(session, distributor))
    if status == "active":
        tell_sponsor(session, distributor, now=now)
    begin_sponsorship(session, distributor, actor=actor, now=now)
    begin_standing(session, distributor, actor=actor, now=now)
    record(
        session,
        actor=actor,
        action="distributor.join",
        subject_type="distributor",
        subject_id=distributor.id,
        now=now,
        after={
            "status": status,
            "sponsor_id": str(sponsor.id) if sponsor else None,
            "depth": distributor.depth,
        },
    )
    return distributor


def checked_name(name: str, *, field: str = "name") -> str:
    """A person's or company's name on one line; raises InvalidInput when it is empty, too long or unprintable."""
    tidy = " ".join(name.split())
    if not 1 <= len(tidy) <= LONGEST_NAME or not tidy.isprintable():
        raise InvalidInput(
            f"a name has 1 to {LONGEST_NAME} printable characters", field=field, longest=LONGEST_NAME
        )
    return tidy


def _sponsor(session: Session, sponsor_id: UUID | None) -> Distributor | None:
    if sponsor_id is None:
        return None
    sponsor = find.by_id(session, sponsor_id)
    if sponsor.status != "active":
        raise SponsorInactive(sponsor.id, sponsor.status)
    return sponsor
