"""A plan that is refused leaves nothing behind."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from distribution.commission.publish import publish
from distribution.errors import InvalidInput
from tests.factories import ACTOR
from tests.refused_plans import CAMPAIGN, GOOD, RATE, REFUSED, plan

NOW = datetime(2026, 11, 1, 9, 0, tzinfo=UTC)


def rows(session: Session) -> dict[str, int]:
    """How many rows each table of the program has."""
    tables = session.scalars(text("SELECT tablename FROM pg_tables WHERE schemaname = 'distribution'")).all()
    return {name: session.scalar(text(f'SELECT count(*) FROM distribution."{name}"')) or 0 for name in tables}


def test_nothing_is_stored_of_a_refused_plan(session: Session) -> None:
    publish(session, GOOD, actor=ACTOR, now=NOW)
    session.commit()
    before = rows(session)
    ties = [plan(rates=[RATE, RATE]), plan(campaigns=[CAMPAIGN, CAMPAIGN])]
    for document in [*(document for _, document, _, _ in REFUSED), *ties]:
        with pytest.raises(InvalidInput):
            publish(session, document, actor=ACTOR, now=NOW)
    # Whoever commits after all, by mistake, has nothing to commit.
    session.commit()
    assert rows(session) == before
    assert before["plan_versions"] == 1
