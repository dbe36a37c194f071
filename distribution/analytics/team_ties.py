"""Whom a distributor is tied to: who invited them, how many are below them, and the link by which they invite."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import BindParameter, and_, bindparam, func, select
from sqlalchemy.orm import Session, aliased

from distribution.analytics.share_code import choose_code
from distribution.analytics.team import LEVELS
from distribution.network import tree
from distribution.network.contact import Reach, opened
from distribution.network.tables import Contact, Distributor, ShownProfile, TeamCount
from distribution.privacy.encryption import Cipher
from distribution.privacy.masking import masked_name


@dataclass(frozen=True, slots=True)
class Sponsor:
    """Who invited somebody, as far as they show themselves to those they invited."""

    name: str
    grade: str | None
    depth: int
    contact: Reach | None


@dataclass(frozen=True, slots=True)
class Ties:
    """The sponsor if there is one, the members below by level, the code to invite with, and whether the distributor
    shows a contact to recruits."""

    sponsor: Sponsor | None
    counts: dict[int, int]
    code: str | None
    is_reachable: bool


def team_ties(session: Session, distributor_id: UUID, *, cipher: Cipher) -> Ties:
    """Read the ties of a distributor; a sponsor who left is not shown."""
    row = session.execute(_question(), {"distributor_id": distributor_id}).one()
    sponsor = None
    if row.name is not None:
        sponsor = Sponsor(
            name=row.shown_name or masked_name(row.name),
            grade=row.grade,
            depth=row.depth,
            contact=opened(row.kind, row.value_encrypted, cipher=cipher),
        )
    counts = {level: (row.members or {}).get(str(level), 0) for level in LEVELS}
    return Ties(sponsor=sponsor, counts=counts, code=row.code, is_reachable=row.is_reachable)


@cache
def _question() -> Any:
    me, above, own, theirs = aliased(Distributor), aliased(Distributor), aliased(Contact), aliased(Contact)
    whose: BindParameter[UUID] = bindparam("distributor_id")
    members = select(func.jsonb_object_agg(TeamCount.level, TeamCount.members))
    return (
        select(
            above.name,
            ShownProfile.shown_name,
            above.grade,
            above.depth,
            theirs.kind,
            theirs.value_encrypted,
            func.coalesce(own.to_recruits, False).label("is_reachable"),
            members.where(TeamCount.distributor_id == whose).scalar_subquery().label("members"),
            choose_code(whose).scalar_subquery().label("code"),
        )
        .select_from(me)
        .outerjoin(own, own.distributor_id == me.id)
        .outerjoin(above, and_(above.id == me.sponsor_id, above.status.in_(tree.MEMBER_STATUSES)))
        .outerjoin(ShownProfile, ShownProfile.distributor_id == above.id)
        .outerjoin(theirs, and_(theirs.distributor_id == above.id, theirs.to_recruits))
        .where(me.id == whose)
    )
