"""Names of those who acted: actors of histories and of the audit log, as the console shows them."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from distribution.network.tables import Distributor
from distribution.settings.tables import Merchant


def actor_names(session: Session, actors: Iterable[str]) -> dict[str, str]:
    """The name behind each actor that is a person; jobs, tokens and people long gone are left out."""
    wanted = {actor: actor.partition(":") for actor in actors}
    merchants = _ids(rest for kind, _, rest in wanted.values() if kind == "merchant")
    distributors = _ids(rest for kind, _, rest in wanted.values() if kind == "distributor")
    names: dict[tuple[str, str], str] = {}
    if merchants:
        rows = session.execute(select(Merchant.id, Merchant.name).where(Merchant.id.in_(merchants)))
        names.update({("merchant", str(person)): name for person, name in rows})
    names.update(
        {
            ("distributor", str(person)): name
            for person, name in distributor_names(session, distributors).items()
        }
    )
    return {actor: names[kind, rest] for actor, (kind, _, rest) in wanted.items() if (kind, rest) in names}


def distributor_names(session: Session, ids: Collection[UUID | None]) -> dict[UUID, str]:
    """The names of distributors by id."""
    wanted = {one for one in ids if one is not None}
    if not wanted:
        return {}
    rows = session.execute(select(Distributor.id, Distributor.name).where(Distributor.id.in_(wanted)))
    return {row[0]: row[1] for row in rows}


def _ids(texts: Iterable[str]) -> set[UUID]:
    found = set()
    for text in texts:
        try:
            found.add(UUID(text))
        except ValueError:
            continue
    return found
