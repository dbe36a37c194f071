"""Changes the program's settings, unless a grade or group that is still needed would be gone."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from distribution.commission.tables import PlanVersion
from distribution.errors import Conflict
from distribution.network import tree
from distribution.settings import program
from distribution.settings.document import ProgramSettings

_HELD = {
    "grades": text(
        "SELECT grade, count(*) FROM distribution.distributors WHERE grade = ANY (:keys) GROUP BY 1 ORDER BY 1"
    ),
    "groups": text(
        "SELECT key, count(*) FROM distribution.distributors, unnest(groups) AS key "
        "WHERE groups && CAST(:keys AS text[]) AND groups <> '{}' AND key = ANY (:keys) GROUP BY 1 ORDER BY 1"
    ),
}
_NAMED_AS = {"grades": ("grade", "grades"), "groups": ("group",)}


class StillHeld(Conflict):
    """A grade or group cannot go: distributors have it."""

    code = "still_held"

    def __init__(self, field: str, key: str, holders: int) -> None:
        super().__init__(
            f"{field}: {holders} distributors have {key!r}; give them another first",
            field=field,
            key=key,
            holders=holders,
        )


class StillPlanned(Conflict):
    """A grade or group cannot go: a plan that holds, or is going to, names it."""

    code = "still_planned"

    def __init__(self, field: str, key: str, plan: str) -> None:
        super().__init__(f"{field}: the plan {plan!r} names {key!r}", field=field, key=key, plan=plan)


def change_program(
    session: Session, changes: Mapping[str, Any], *, actor: str, now: datetime
) -> ProgramSettings:
    """Put `changes` over the settings in force.

    Raises what `program.change` raises, StillHeld for a grade or group somebody has, StillPlanned for one that the plan
    in force or one published for later names.
    """
    # Nobody is given meanwhile what is about to go.
    tree.lock(session)
    before = program.read(session)
    after = program.change(session, changes, actor=actor, now=now)
    for field in _HELD:
        gone = [key for key in getattr(before, field) if key not in getattr(after, field)]
        if gone:
            _check(session, field, gone, now=now)
    return after


def _check(session: Session, field: str, keys: list[str], *, now: datetime) -> None:
    held = session.execute(_HELD[field], {"keys": keys}).first()
    if held is not None:
        raise StillHeld(field, *held)
    for document in _plans(session, now):
        named = _named(document, _NAMED_AS[field]).intersection(keys)
        if named:
            raise StillPlanned(field, min(named), str(document.get("name")))


def _plans(session: Session, now: datetime) -> list[Mapping[str, Any]]:
    """The plan in force and those still to come."""
    versions = session.scalars(select(PlanVersion).order_by(PlanVersion.number.desc()))
    found: list[Mapping[str, Any]] = []
    for version in versions:
        found.append(version.document)
        if version.effective_at <= now:
            break
    return found


def _named(part: object, selectors: tuple[str, ...]) -> set[str]:
    """Every text that stands under one of these names, anywhere in a plan."""
    if isinstance(part, list):
        return {key for each in part for key in _named(each, selectors)}
    if not isinstance(part, Mapping):
        return set()
    found: set[str] = set()
    for name, value in part.items():
        if name in selectors:
            found.update([value] if isinstance(value, str) else value)
        else:
            found |= _named(value, selectors)
    return found
