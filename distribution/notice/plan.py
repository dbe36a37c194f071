"""Decides for each new notice which channels carry it, alone or with others; the outbox then carries it out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import func, select, text, tuple_
from sqlalchemy.orm import Session

from distribution.notice.choices import choices
from distribution.notice.kinds import EMAIL, KINDS, SECURITY, Kind
from distribution.notice.tables import Notice
from distribution.notice.timing import A_DAY, NEWS_FOR, awake_at, folded_until
from distribution.outbox import ask
from distribution.settings import program

MOST_NOTICES = 500
Reached = Callable[[Session, Collection[UUID]], set[UUID]]
"""Who of these people a channel can reach."""
_Group = tuple[UUID, str]

_DUE = text("""
SELECT id FROM distribution.notices WHERE planned_at IS NULL AND due_at <= :now
ORDER BY due_at, id LIMIT :limit FOR UPDATE SKIP LOCKED
""")


@dataclass(frozen=True, slots=True)
class Planned:
    """How many notices were looked at, and how many letters were asked for."""

    notices: int = 0
    letters: int = 0


def plan(
    session: Session, channels: dict[str, Reached], *, now: datetime, limit: int = MOST_NOTICES
) -> Planned:
    """Plan what is due: one effect of kind `notice_<channel>` for each letter, in the transaction that notes it.

    Of a kind that folds the first is told at once, and what follows is gathered: an hour, a day once there were many.
    """
    due = list(
        session.scalars(select(Notice).where(Notice.id.in_(_due(session, now, limit))).order_by(Notice.at))
    )
    if not due:
        return Planned()
    zone = ZoneInfo(program.read(session).time_zone)
    people = {each.person_id for each in due}
    wanted = choices(session, people)
    reached = {
        name: people if name == EMAIL else reaches(session, people) for name, reaches in channels.items()
    }
    letters = 0
    for (person_id, _), group in _groups(session, due, now=now):
        kind = KINDS[group[0].kind]
        for each in group:
            each.planned_at = now
        fresh = [each for each in group if each.at > now - NEWS_FOR]
        for channel in _channels(kind, [name for name in channels if person_id in reached[name]]):
            if fresh and wanted[person_id].wants(channel, kind.topic):
                loud = channel != EMAIL and kind.topic is not SECURITY
                due_at = awake_at(wanted[person_id].quiet, now, zone) if loud else now
                letters += _ask(session, channel, fresh, due_at)
    session.flush()
    return Planned(len(due), letters)


def _due(session: Session, now: datetime, limit: int) -> list[UUID]:
    return list(session.scalars(_DUE, {"now": now, "limit": limit}))


def _channels(kind: Kind, reached: Sequence[str]) -> list[str]:
    # What is worth a password goes to the address it belongs to, and nowhere else.
    return [name for name in reached if kind.shown or name == EMAIL]


def _groups(session: Session, due: Sequence[Notice], *, now: datetime) -> list[tuple[_Group, list[Notice]]]:
    """What is told together; those of a kind told a moment ago are put off instead."""
    alone = [((each.person_id, each.kind), [each]) for each in due if not KINDS[each.kind].folds]
    folding: dict[_Group, list[Notice]] = defaultdict(list)
    for each in due:
        if KINDS[each.kind].folds:
            folding[each.person_id, each.kind].append(each)
    told = _told(session, list(folding), now=now)
    together = []
    for group, notices in folding.items():
        until = folded_until(*told.get(group, (None, 0)))
        if until is not None and until > now:
            for each in notices:
                each.due_at = until
        else:
            together.append((group, notices))
    return alone + together


def _told(
    session: Session, groups: Sequence[_Group], *, now: datetime
) -> dict[_Group, tuple[datetime | None, int]]:
    if not groups:
        return {}
    times = func.count(func.distinct(Notice.planned_at))
    query = (
        select(Notice.person_id, Notice.kind, func.max(Notice.planned_at), times)
        .where(tuple_(Notice.person_id, Notice.kind).in_(groups), Notice.planned_at > now - A_DAY)
        .group_by(Notice.person_id, Notice.kind)
    )
    return {(person, kind): (last, count) for person, kind, last, count in session.execute(query)}


def _ask(session: Session, channel: str, notices: Sequence[Notice], due_at: datetime) -> bool:
    ids = [str(each.id) for each in notices]
    return ask(
        session,
        kind=f"notice_{channel}",
        dedupe_key=f"notice-{channel}-{ids[0]}",
        payload={"notices": ids},
        due_at=due_at,
    )
