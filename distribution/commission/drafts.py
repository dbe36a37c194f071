"""Drafts of plans: kept whatever they say, until they are published or thrown away."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from distribution.audit.record import record
from distribution.commission.tables import PlanDraft
from distribution.errors import Conflict, NotFound

LONGEST_NAME = 100


class DraftNotFound(NotFound):
    """It was published or thrown away, or never was."""

    def __init__(self, draft: object) -> None:
        super().__init__(f"there is no draft {draft}", draft=draft)


class DraftChanged(Conflict):
    """Somebody saved the draft after this writer had read it."""

    code = "draft_changed"

    def __init__(self, draft_id: UUID) -> None:
        super().__init__(f"draft {draft_id} was saved meanwhile", draft_id=draft_id)


def start(
    session: Session, *, document: Any, base_number: int, actor: str, now: datetime, name: str | None = None
) -> PlanDraft:
    """Begin a draft; without a name it is called what the document says."""
    draft = PlanDraft(
        name=(name or _name(document))[:LONGEST_NAME],
        document=document,
        base_number=base_number,
        revision=1,
        actor=actor,
        updated_at=now,
    )
    session.add(draft)
    session.flush()
    return draft


def save(
    session: Session, draft_id: UUID, *, document: Any, revision: int, actor: str, now: datetime
) -> PlanDraft:
    """Keep what somebody wrote who had read `revision`.

    Raises DraftNotFound, and DraftChanged when another revision is there by now: nothing is written over it.
    """
    draft = by_id(session, draft_id, for_update=True)
    if draft.document == document:
        return draft
    if draft.revision != revision:
        raise DraftChanged(draft_id)
    draft.document = document
    draft.name = _name(document, draft.name)[:LONGEST_NAME]
    draft.revision += 1
    draft.actor = actor
    draft.updated_at = now
    session.flush()
    return draft


def throw_away(session: Session, draft_id: UUID, *, actor: str, now: datetime) -> None:
    """Delete a draft; the audit log keeps what it said."""
    draft = by_id(session, draft_id, for_update=True)
    before = {"name": draft.name, "document": draft.document}
    session.delete(draft)
    session.flush()
    record(
        session,
        actor=actor,
        action="plan.delete_draft",
        subject_type="plan_draft",
        subject_id=draft_id,
        now=now,
        before=before,
    )


def finish(session: Session, draft_id: UUID, *, revision: int) -> Any:
    """Take a draft away because it is being published; returns its document."""
    draft = by_id(session, draft_id, for_update=True)
    if draft.revision != revision:
        raise DraftChanged(draft_id)
    session.delete(draft)
    session.flush()
    return draft.document


def by_id(session: Session, draft_id: UUID, *, for_update: bool = False) -> PlanDraft:
    """The draft of that id; raises DraftNotFound."""
    draft = session.get(PlanDraft, draft_id, with_for_update=for_update or None)
    if draft is None:
        raise DraftNotFound(draft_id)
    return draft


def every(session: Session) -> list[PlanDraft]:
    """Every draft, the one saved last first."""
    return list(session.scalars(select(PlanDraft).order_by(PlanDraft.updated_at.desc(), PlanDraft.id)))


def _name(document: Any, otherwise: str = "") -> str:
    found = document.get("name") if isinstance(document, dict) else None
    return " ".join(found.split()) if isinstance(found, str) and found.strip() else otherwise
