"""The queue of applications: who wants to join, since when, under whom, and what they said."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from distribution.analytics.console_paging import Page, page
from distribution.network.tables import Distributor
from distribution.privacy.masking import masked_email

STATES = ("applied", "rejected")


@dataclass(frozen=True, slots=True)
class Application:
    """One person who applied."""

    id: UUID
    name: str
    email: str
    email_confirmed: bool
    status: str
    applied_at: datetime
    sponsor_id: UUID | None
    sponsor_name: str | None
    depth: int
    source: str
    terms_version: str | None
    terms_accepted_at: datetime | None
    answers: tuple[tuple[str, str], ...]


def applications(
    session: Session, *, status: str = "applied", cursor: str | None = None, show_email: bool = False
) -> Page[Application]:
    """Those who applied and are `status` now, longest waiting first; addresses masked unless `show_email`."""
    sponsor = aliased(Distributor)
    query = (
        select(
            Distributor.id,
            Distributor.name,
            Distributor.email,
            Distributor.email_confirmed_at,
            Distributor.status,
            Distributor.created_at,
            Distributor.sponsor_id,
            sponsor.name,
            Distributor.depth,
            Distributor.application,
        )
        .outerjoin(sponsor, sponsor.id == Distributor.sponsor_id)
        .where(Distributor.status == (status if status in STATES else "applied"))
    )
    key = (Distributor.created_at, Distributor.id)
    return page(session, query, key, lambda row: _application(row, show_email), cursor=cursor, ascending=True)


def _application(row: Any, show_email: bool) -> Application:
    form: Mapping[str, Any] = row[9] or {}
    terms = form.get("terms") or {}
    accepted_at = terms.get("accepted_at")
    return Application(
        id=row[0],
        name=row[1],
        email=row[2] if show_email else masked_email(row[2]),
        email_confirmed=row[3] is not None,
        status=row[4],
        applied_at=row[5],
        sponsor_id=row[6],
        sponsor_name=row[7],
        depth=row[8],
        source=str(form.get("source") or ""),
        terms_version=terms.get("version"),
        terms_accepted_at=datetime.fromisoformat(accepted_at) if accepted_at else None,
        answers=tuple(
            (str(name), str(answer)) for name, answer in (form.get("answers") or {}).items() if answer
        ),
    )
