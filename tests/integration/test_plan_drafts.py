"""Drafts of plans: kept whatever they say, never written over, gone when published or thrown away."""

from __future__ import annotations

import threading
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from distribution.audit.tables import AuditEntry
from distribution.commission import drafts
from distribution.commission.drafts import DraftChanged, DraftNotFound
from distribution.db import transaction
from tests.factories import ACTOR

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


def begun(session: Session, document: Any, name: str | None = None) -> UUID:
    return drafts.start(session, document=document, base_number=0, actor=ACTOR, now=NOW, name=name).id


@pytest.mark.parametrize(
    "document", [{}, {"name": "x", "rates": 7}, "{ oops", {"name": 7}, {"name": "y" * 300}]
)
def test_whatever_is_typed_is_kept(session: Session, document: Any) -> None:
    draft_id = begun(session, document)
    session.commit()
    session.expire_all()
    assert drafts.by_id(session, draft_id).document == document


def test_a_draft_is_called_what_its_document_says(session: Session) -> None:
    draft_id = begun(session, {}, name="Winter (2)")
    assert drafts.by_id(session, draft_id).name == "Winter (2)"
    for document, name in (
        ({"name": "  Spring  sale "}, "Spring sale"),
        ("oops", "Spring sale"),
        ({"name": ""}, "Spring sale"),
    ):
        revision = drafts.by_id(session, draft_id).revision
        drafts.save(session, draft_id, document=document, revision=revision, actor=ACTOR, now=NOW)
        assert drafts.by_id(session, draft_id).name == name


def test_of_many_who_save_the_same_revision_one_does(engine: Engine, session: Session) -> None:
    draft_id = begun(session, {"name": "0"})
    session.commit()
    outcomes: list[str] = []

    def save(number: int) -> None:
        try:
            with transaction(engine) as own:
                drafts.save(own, draft_id, document={"name": str(number)}, revision=1, actor=ACTOR, now=NOW)
            outcomes.append("saved")
        except DraftChanged:
            outcomes.append("refused")

    threads = [threading.Thread(target=save, args=(number,)) for number in range(1, 9)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["refused"] * 7 + ["saved"]
    assert drafts.by_id(session, draft_id).revision == 2


def test_a_draft_is_taken_away_when_it_is_published_as_it_was_reviewed(session: Session) -> None:
    draft_id = begun(session, {"name": "x"})
    with pytest.raises(DraftChanged):
        drafts.finish(session, draft_id, revision=2)
    assert drafts.finish(session, draft_id, revision=1) == {"name": "x"}
    for act in (
        lambda: drafts.finish(session, draft_id, revision=1),
        lambda: drafts.throw_away(session, draft_id, actor=ACTOR, now=NOW),
        lambda: drafts.save(session, draft_id, document={}, revision=1, actor=ACTOR, now=NOW),
    ):
        with pytest.raises(DraftNotFound):
            act()


def test_what_is_thrown_away_is_on_the_audit_log(session: Session) -> None:
    draft_id = begun(session, "half a {")
    drafts.throw_away(session, draft_id, actor=ACTOR, now=NOW)
    entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "plan.delete_draft")).one()
    assert (entry.subject_id, entry.before) == (str(draft_id), {"name": "", "document": "half a {"})
    assert drafts.every(session) == []
