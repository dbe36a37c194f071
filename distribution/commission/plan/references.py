"""Whether what a plan names is there: people, grades and groups, and the shop's products and channels."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from distribution.errors import InvalidInput
from distribution.network.tables import Distributor
from distribution.orders.catalogue import KINDS, is_synced, known, other_shops_report
from distribution.settings import program

_SELECTORS = ("variant", "product", "collection", "category", "distributor", "group", "grade", "channel")


class _Reference(NamedTuple):
    path: str
    kind: str
    id: str


def check_references(session: Session, plan_document: Mapping[str, Any]) -> None:
    """Refuse a plan that names what is not there; the document's shape has been checked before.

    The shop's products and channels are checked as far as its catalogue was read, and not where other shops report
    orders too: nobody here knows what those sell. Raises InvalidInput naming the first path at fault, and all in
    `errors`.
    """
    references = list(_references(plan_document))
    ids: dict[str, set[str]] = {}
    for reference in references:
        ids.setdefault(reference.kind, set()).add(reference.id)
    unknown = {kind: wanted - _existing(session, kind, wanted) for kind, wanted in ids.items()}
    errors = [
        {"field": path, "message": f"unknown {kind} {identifier!r}"}
        for path, kind, identifier in references
        if identifier in unknown[kind]
    ]
    if errors:
        first = errors[0]
        raise InvalidInput(f"{first['field']}: {first['message']}", field=first["field"], errors=errors)


def _references(plan_document: Mapping[str, Any]) -> Iterator[_Reference]:
    """Everything the plan names, in the order of the document."""
    for grade in plan_document.get("hold_days_by_grade", ()):
        yield _Reference(f"hold_days_by_grade.{grade}", "grade", grade)
    for part in ("rates", "campaigns"):
        for index, entry in enumerate(plan_document.get(part, ())):
            for selector in _SELECTORS:
                yield from _named(entry.get(selector), selector, f"{part}[{index}].{selector}")
    for index, condition in enumerate(plan_document.get("uplines", {}).get("conditions", ())):
        yield from _named(condition.get("grades"), "grade", f"uplines.conditions[{index}].grades")


def _named(value: str | list[str] | None, kind: str, path: str) -> Iterator[_Reference]:
    """One text, or a list of them."""
    if isinstance(value, str):
        yield _Reference(path, kind, value)
    elif value is not None:
        for index, identifier in enumerate(value):
            yield _Reference(f"{path}[{index}]", kind, identifier)


def _existing(session: Session, kind: str, ids: Collection[str]) -> set[str]:
    """Those of `ids` that there are, or that nobody can tell of."""
    if kind == "distributor":
        return _distributors(session, ids)
    if kind in ("grade", "group"):
        settings = program.read(session)
        return set(settings.grades if kind == "grade" else settings.groups)
    assert kind in KINDS
    if not is_synced(session, kind):
        return set(ids)
    found = known(session, kind, ids)
    return set(ids) if len(found) < len(ids) and other_shops_report(session) else found


def _distributors(session: Session, ids: Collection[str]) -> set[str]:
    by_id: dict[UUID, set[str]] = {}
    for identifier in ids:
        try:
            by_id.setdefault(UUID(identifier), set()).add(identifier)
        except ValueError:
            continue
    found = session.scalars(select(Distributor.id).where(Distributor.id.in_(by_id)))
    return {spelling for distributor_id in found for spelling in by_id[distributor_id]}
