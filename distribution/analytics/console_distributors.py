"""The list of distributors: searched by name, address or code, filtered by status, grade and group."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session, aliased

from distribution.analytics.console_paging import Page, page
from distribution.network.listing import in_group
from distribution.network.tables import STATUSES, Distributor, TeamCount
from distribution.privacy.masking import masked_email
from distribution.promotion.code import code_key
from distribution.promotion.tables import ReferralCode


@dataclass(frozen=True, slots=True)
class DistributorRow:
    """One distributor in the list."""

    id: UUID
    name: str
    email: str
    status: str
    grade: str | None
    sponsor_id: UUID | None
    sponsor_name: str | None
    depth: int
    team: int
    created_at: datetime
    joined_at: datetime | None
    code: str | None


def distributors(
    session: Session,
    *,
    search: str = "",
    status: str = "",
    grade: str = "",
    group: str = "",
    cursor: str | None = None,
) -> Page[DistributorRow]:
    """Distributors, newest first; addresses are masked, though a whole address finds its owner."""
    sponsor = aliased(Distributor)
    team = (
        select(func.coalesce(func.sum(TeamCount.members), 0))
        .where(TeamCount.distributor_id == Distributor.id)
        .scalar_subquery()
    )
    code = (
        select(func.min(ReferralCode.code))
        .where(
            ReferralCode.distributor_id == Distributor.id, ReferralCode.active, ReferralCode.kind == "link"
        )
        .scalar_subquery()
    )
    query = select(
        Distributor.id,
        Distributor.name,
        Distributor.email,
        Distributor.status,
        Distributor.grade,
        Distributor.sponsor_id,
        sponsor.name,
        Distributor.depth,
        team,
        Distributor.created_at,
        Distributor.joined_at,
        code,
    ).outerjoin(sponsor, sponsor.id == Distributor.sponsor_id)
    if status in STATUSES:
        query = query.where(Distributor.status == status)
    if grade:
        query = query.where(Distributor.grade == grade[:60].replace("\x00", ""))
    if group:
        query = query.where(in_group(group[:60].replace("\x00", "")))
    wanted = search.strip()[:200].replace("\x00", "")
    if wanted:
        by_code = select(ReferralCode.distributor_id).where(ReferralCode.code_key == code_key(wanted))
        query = query.where(
            or_(
                Distributor.name.icontains(wanted, autoescape=True),
                func.lower(Distributor.email) == wanted.lower(),
                Distributor.id.in_(by_code),
            )
        )
    return page(session, query, (Distributor.created_at, Distributor.id), _row, cursor=cursor)


def counts_by_status(session: Session) -> dict[str, int]:
    """How many distributors have each status."""
    rows = session.execute(select(Distributor.status, func.count()).group_by(Distributor.status))
    return {row[0]: row[1] for row in rows}


def _row(row: Any) -> DistributorRow:
    values: list[Any] = list(row[:12])
    values[2], values[8] = masked_email(values[2]), int(values[8])
    return DistributorRow(*values)
