"""Notes a job's beginning and its end, good or bad."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session

from distribution.runs.tables import JobRun

LONGEST_ERROR = 2_000

_STARTED = text(
    """
    INSERT INTO distribution.job_runs (name, started_at) VALUES (:name, :now)
    ON CONFLICT (name) DO UPDATE SET started_at = excluded.started_at
    """
)
_GOOD = text(
    """
    UPDATE distribution.job_runs SET finished_at = :now, good_at = greatest(good_at, :started_at), failures = 0,
        facts = facts || :facts
    WHERE name = :name
    """
).bindparams(bindparam("facts", type_=JSONB))
_FAILED = text(
    """
    UPDATE distribution.job_runs SET finished_at = :now, failures = failures + 1, last_error = :error WHERE name = :name
    """
)


def started(session: Session, name: str, *, now: datetime) -> None:
    """A run of this job begins."""
    session.execute(_STARTED, {"name": name, "now": now})


def good(
    session: Session, name: str, *, started_at: datetime, facts: Mapping[str, Any], now: datetime
) -> None:
    """The run that began at `started_at` ended well; `facts` are put over what is known of the job."""
    session.execute(_GOOD, {"name": name, "started_at": started_at, "facts": dict(facts), "now": now})


def failed(session: Session, name: str, *, error: str, now: datetime) -> None:
    """The run that is under way ended badly, with this error."""
    shown = error.replace("\x00", "")[:LONGEST_ERROR].encode("utf-8", "replace").decode()
    session.execute(_FAILED, {"name": name, "error": shown, "now": now})


def runs(session: Session) -> dict[str, JobRun]:
    """What is known of every job, by name."""
    return {run.name: run for run in session.scalars(select(JobRun).order_by(JobRun.name))}
