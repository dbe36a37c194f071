"""Adds, changes, archives and brings back materials; each act is on the audit log."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from distribution.audit.record import record
from distribution.db import new_id
from distribution.errors import NotFound
from distribution.promotion.material.draft import MaterialDraft
from distribution.promotion.material.tables import Material


def add_material(session: Session, draft: MaterialDraft, *, actor: str, now: datetime) -> Material:
    """Give it to distributors; raises InvalidInput."""
    draft.check()
    added = Material(id=new_id(), created_at=now, changed_at=now, **_values(draft))
    session.add(added)
    session.flush()
    _record(session, added, "add", actor=actor, now=now)
    return added


def change_material(
    session: Session, material_id: UUID, draft: MaterialDraft, *, actor: str, now: datetime
) -> Material:
    """Say something else from now on; raises InvalidInput and NotFound."""
    draft.check()
    found = _locked(session, material_id)
    for name, value in _values(draft).items():
        setattr(found, name, value)
    found.changed_at = now
    session.flush()
    _record(session, found, "change", actor=actor, now=now)
    return found


def archive_material(session: Session, material_id: UUID, *, actor: str, now: datetime) -> None:
    """Show it to nobody any more; what was counted of it stays."""
    found = _locked(session, material_id)
    if found.archived_at is None:
        found.archived_at = now
        session.flush()
        _record(session, found, "archive", actor=actor, now=now)


def restore_material(session: Session, material_id: UUID, *, actor: str, now: datetime) -> None:
    """Show an archived material to distributors again."""
    found = _locked(session, material_id)
    if found.archived_at is not None:
        found.archived_at = None
        session.flush()
        _record(session, found, "restore", actor=actor, now=now)


def _values(draft: MaterialDraft) -> dict[str, Any]:
    return {name: list(value) if isinstance(value, tuple) else value for name, value in asdict(draft).items()}


def _locked(session: Session, material_id: UUID) -> Material:
    found = session.get(Material, material_id, with_for_update=True)
    if found is None:
        raise NotFound("there is no such material")
    return found


def _record(session: Session, material: Material, act: str, *, actor: str, now: datetime) -> None:
    record(
        session,
        actor=actor,
        action=f"material.{act}",
        subject_type="material",
        subject_id=material.id,
        now=now,
        after={"kind": material.kind, "title": material.title},
    )
