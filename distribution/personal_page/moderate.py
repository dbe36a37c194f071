"""The merchant decides about pages; visitors report them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from distribution.audit.record import record
from distribution.errors import Conflict, InvalidInput, NotFound
from distribution.notice import tell
from distribution.personal_page.tables import CATEGORIES, PageReport, PageVersion

LONGEST_REPORT = 500
_SHOWN = 100


class PageNotThere(NotFound):
    """There is no such version of a page."""

    def __init__(self, version_id: UUID) -> None:
        super().__init__(f"there is no page {version_id}", version_id=version_id)


class PageDecided(Conflict):
    """Somebody decided already, or the distributor handed in another version meanwhile."""

    code = "page_decided"

    def __init__(self, state: str) -> None:
        super().__init__(f"this page is {state} already", state=state)


@dataclass(frozen=True, slots=True)
class Reported:
    """A public page with what visitors said of it."""

    version: PageVersion
    reports: tuple[PageReport, ...]


def approve(session: Session, version_id: UUID, *, actor: str, now: datetime) -> PageVersion:
    """Show a version that waits, in the place of the one that was public; its owner is told, as of every decision."""
    version = _held(session, version_id, "pending")
    session.execute(
        update(PageVersion)
        .where(PageVersion.distributor_id == version.distributor_id, PageVersion.state == "approved")
        .values(state="replaced")
    )
    return _decide(session, version, "approved", actor=actor, reason=None, now=now)


def reject(session: Session, version_id: UUID, *, actor: str, reason: str, now: datetime) -> PageVersion:
    """Do not show a version that waits; what was public stays so. The distributor reads the reason."""
    return _decide(
        session, _held(session, version_id, "pending"), "rejected", actor=actor, reason=reason, now=now
    )


def take_down(session: Session, version_id: UUID, *, actor: str, reason: str, now: datetime) -> PageVersion:
    """Take a public page from the web, with everything that was reported of it closed."""
    version = _held(session, version_id, "approved")
    _close_reports(session, version.id, actor, now)
    return _decide(session, version, "taken_down", actor=actor, reason=reason, now=now)


def report(session: Session, version: PageVersion, *, category: str, words: str, now: datetime) -> None:
    """Note what a visitor found wrong. Raises InvalidInput."""
    tidy = " ".join(words.split())
    if category not in CATEGORIES:
        raise InvalidInput(f"a report is one of {', '.join(CATEGORIES)}", field="category")
    if len(tidy) > LONGEST_REPORT or not tidy.isprintable():
        raise InvalidInput(f"a report has at most {LONGEST_REPORT} printable characters", field="words")
    session.add(PageReport(version_id=version.id, category=category, words=tidy, reported_at=now))
    session.flush()


def close_reports(session: Session, version_id: UUID, *, actor: str, now: datetime) -> None:
    """Leave a page as it is: what was reported of it is looked at."""
    version = _held(session, version_id, "approved")
    _close_reports(session, version.id, actor, now)
    _record(session, version, "keep_page", actor=actor, reason=None, now=now)


def in_state(session: Session, state: str) -> Sequence[PageVersion]:
    """Versions in a state, of those that wait the one waiting longest first, of others the newest."""
    query = select(PageVersion).where(PageVersion.state == state).limit(_SHOWN)
    order = PageVersion.submitted_at if state == "pending" else PageVersion.decided_at.desc()
    return session.scalars(query.order_by(order)).all()


def reported(session: Session) -> list[Reported]:
    """Public pages with open reports, the oldest report first."""
    query = (
        select(PageReport)
        .join(PageVersion, PageVersion.id == PageReport.version_id)
        .where(PageReport.closed_at.is_(None), PageVersion.state == "approved")
        .order_by(PageReport.reported_at)
        .limit(_SHOWN)
    )
    found: dict[UUID, list[PageReport]] = {}
    for each in session.scalars(query):
        found.setdefault(each.version_id, []).append(each)
    return [Reported(session.get_one(PageVersion, key), tuple(reports)) for key, reports in found.items()]


def counts(session: Session) -> tuple[int, int]:
    """How many versions and how many reports wait."""
    pending = select(func.count()).select_from(PageVersion).where(PageVersion.state == "pending")
    reports = select(func.count()).select_from(PageReport).where(PageReport.closed_at.is_(None))
    return session.execute(pending).scalar_one(), session.execute(reports).scalar_one()


def _held(session: Session, version_id: UUID, state: str) -> PageVersion:
    query = select(PageVersion).where(PageVersion.id == version_id).with_for_update()
    version = session.scalar(query.execution_options(populate_existing=True))
    if version is None:
        raise PageNotThere(version_id)
    if version.state != state:
        raise PageDecided(version.state)
    return version


def _close_reports(session: Session, version_id: UUID, actor: str, now: datetime) -> None:
    session.execute(
        update(PageReport)
        .where(PageReport.version_id == version_id, PageReport.closed_at.is_(None))
        .values(closed_at=now, closed_by=actor)
    )


def _decide(
    session: Session, version: PageVersion, state: str, *, actor: str, reason: str | None, now: datetime
) -> PageVersion:
    version.state, version.decided_at, version.decided_by, version.reason = state, now, actor, reason
    session.flush()
    act = {"approved": "approve_page", "rejected": "reject_page"}.get(state, "take_page_down")
    _record(session, version, act, actor=actor, reason=reason, now=now)
    tell(
        session,
        version.distributor_id,
        f"page_{state}",
        key=f"page-{version.id}-{state}",
        facts={"reason": reason} if reason else None,
        now=now,
    )
    return version


def _record(
    session: Session, version: PageVersion, act: str, *, actor: str, reason: str | None, now: datetime
) -> None:
    record(
        session,
        actor=actor,
        action=f"distributor.{act}",
        subject_type="distributor",
        subject_id=version.distributor_id,
        now=now,
        after={"page": str(version.id), "state": version.state},
        reason=reason,
    )
