"""Counts how materials are used, and adds it up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from distribution.errors import InvalidInput
from distribution.network.tables import Distributor
from distribution.promotion.material.tables import USES, Material, MaterialUse

MOST_SHOWN = 50


@dataclass(frozen=True, slots=True)
class Uses:
    """How often: looked at, copied, downloaded, shared; and by how many."""

    view: int = 0
    copy: int = 0
    download: int = 0
    share: int = 0
    people: int = 0


def count_use(session: Session, material_id: UUID, distributor_id: UUID, use: str, *, now: datetime) -> None:
    """Count one use; raises InvalidInput for a use that is none."""
    if use not in USES:
        raise InvalidInput(f"use: one of {', '.join(USES)}", field="use")
    row = {
        "material_id": material_id,
        "distributor_id": distributor_id,
        "use": use,
        "day": now.astimezone(UTC).date(),
        "times": 1,
    }
    added = insert(MaterialUse).values(row)
    session.execute(
        added.on_conflict_do_update(
            index_elements=["material_id", "distributor_id", "use", "day"],
            set_={"times": MaterialUse.times + 1},
        )
    )


def all_materials(session: Session, *, archived: bool, kind: str = "") -> list[tuple[Material, Uses]]:
    """Every material with how it was used, the newest first."""
    query = select(Material).where(
        Material.archived_at.is_not(None) if archived else Material.archived_at.is_(None)
    )
    if kind:
        query = query.where(Material.kind == kind)
    found = list(session.scalars(query.order_by(Material.changed_at.desc()).limit(500)))
    counted: dict[UUID, dict[str, int]] = {}
    ids = [each.id for each in found]
    totals = select(MaterialUse.material_id, MaterialUse.use, func.sum(MaterialUse.times))
    for material_id, use, times in session.execute(
        totals.where(MaterialUse.material_id.in_(ids)).group_by(MaterialUse.material_id, MaterialUse.use)
    ):
        counted.setdefault(material_id, {})[use] = int(times)
    people = select(MaterialUse.material_id, func.count(MaterialUse.distributor_id.distinct()))
    for material_id, many in session.execute(
        people.where(MaterialUse.material_id.in_(ids)).group_by(MaterialUse.material_id)
    ):
        counted.setdefault(material_id, {})["people"] = many
    return [(each, Uses(**counted.get(each.id, {}))) for each in found]


def users(session: Session, material_id: UUID) -> list[tuple[UUID, str, Uses]]:
    """Who used a material how often, the most active first."""
    columns = [
        func.coalesce(func.sum(MaterialUse.times).filter(MaterialUse.use == use), 0).label(use)
        for use in USES
    ]
    rows = session.execute(
        select(Distributor.id, Distributor.name, *columns)
        .join(MaterialUse, MaterialUse.distributor_id == Distributor.id)
        .where(MaterialUse.material_id == material_id)
        .group_by(Distributor.id, Distributor.name)
        .order_by(func.sum(MaterialUse.times).desc(), Distributor.id)
        .limit(MOST_SHOWN)
    )
    return [(row[0], row[1], Uses(*map(int, row[2:]))) for row in rows]
