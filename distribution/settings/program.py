"""Reads and changes the program's settings; every change is a new version, the old ones stay."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pydantic import ValidationError
from sqlalchemy import select
from sqlalchemy.orm import Session

from distribution.audit.chain import append
from distribution.audit.record import record
from distribution.errors import InvalidInput
from distribution.settings.document import ProgramSettings
from distribution.settings.lock import lock
from distribution.settings.tables import ProgramVersion


def read(session: Session) -> ProgramSettings:
    """The settings in force."""
    newest = session.scalars(select(ProgramVersion).order_by(ProgramVersion.number.desc()).limit(1)).first()
    return checked({} if newest is None else newest.document)


def as_of(session: Session, at: datetime) -> ProgramSettings:
    """The settings that were in force; before the first version, the first."""
    newest_first = ProgramVersion.at.desc(), ProgramVersion.number.desc()
    known = select(ProgramVersion)
    found = session.scalars(known.where(ProgramVersion.at <= at).order_by(*newest_first).limit(1)).first()
    first = found or session.scalars(known.order_by(ProgramVersion.number).limit(1)).first()
    return checked({} if first is None else first.document)


def change(session: Session, changes: Mapping[str, Any], *, actor: str, now: datetime) -> ProgramSettings:
    """Put `changes` over the settings in force; an object in it is merged, any other value replaced.

    Raises InvalidInput whose `field` is the path of the value at fault ("attribution.window_days"). Changing
    nothing records nothing.
    """
    lock(session)
    before = read(session).model_dump(mode="json")
    settings = checked(_merged(before, changes))
    after = settings.model_dump(mode="json")
    if after == before:
        return settings
    append(session, ProgramVersion(at=now, actor=actor, document=after))
    record(
        session,
        actor=actor,
        action="program.change",
        subject_type="program",
        subject_id="program",
        now=now,
        before={key: before[key] for key in before if before[key] != after[key]},
        after={key: after[key] for key in after if before[key] != after[key]},
    )
    return settings


def checked(document: Mapping[str, Any]) -> ProgramSettings:
    """Settings of a plain document; raises InvalidInput naming the path of the first value at fault."""
    try:
        return ProgramSettings.model_validate(dict(document))
    except ValidationError as error:
        errors = [
            {
                "field": ".".join(str(part) for part in item["loc"]),
                "message": item["msg"].removeprefix("Value error, "),
            }
            for item in error.errors(include_url=False, include_context=False, include_input=False)
        ]
        first = errors[0]
        field = first["field"] or "program"
        raise InvalidInput(f"{field}: {first['message']}", field=field, errors=errors) from None


def terms_of(session: Session, version: str) -> str | None:
    """The program terms of a version as they last stood; None where there never was one."""
    return _words_of(session, "terms", version)


def privacy_of(session: Session, version: str) -> str | None:
    """The same of the privacy notice."""
    return _words_of(session, "privacy", version)


def _words_of(session: Session, name: str, version: str) -> str | None:
    if version == getattr(read(session), f"{name}_version"):
        return str(getattr(read(session), f"{name}_text"))
    document = ProgramVersion.document
    query = (
        select(document[f"{name}_text"].astext)
        .where(document[f"{name}_version"].astext == version)
        .order_by(ProgramVersion.number.desc())
        .limit(1)
    )
    return session.scalars(query).first()


def _merged(before: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(before)
    for key, value in changes.items():
        old = merged.get(key)
        # Amounts by currency are one value: merging would make it impossible to take a currency away.
        if isinstance(old, dict) and isinstance(value, Mapping) and not key.endswith("_minor"):
            merged[key] = _merged(old, value)
        else:
            merged[key] = value
    return merged
