"""What each person wants to be told of by which channel, where a channel reaches them, and when to leave them alone."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from distribution.db import new_id
from distribution.errors import InvalidInput
from distribution.notice.kinds import CHOOSABLE, EMAIL, TOPICS, Topic
from distribution.notice.tables import NoticeAddress, NoticeChoice, NoticeQuiet


@dataclass(frozen=True, slots=True)
class Quiet:
    """Hours in which a phone is left alone, from the first up to the second, past midnight too."""

    from_hour: int
    until_hour: int


@dataclass(frozen=True, slots=True)
class Choices:
    """One person's choices; what they did not choose is as its topic says."""

    chosen: Mapping[tuple[str, str], bool] = field(default_factory=dict)
    quiet: Quiet | None = None

    def wants(self, channel: str, topic: Topic) -> bool:
        """Whether that channel tells them of that topic; essential things always go by e-mail."""
        if topic.essential and channel == EMAIL:
            return True
        return self.chosen.get((channel, topic.name), topic.mailed if channel == EMAIL else topic.pushed)


def choices(session: Session, people: Collection[UUID]) -> dict[UUID, Choices]:
    """The choices of each of these people."""
    chosen: dict[UUID, dict[tuple[str, str], bool]] = {person: {} for person in people}
    for row in session.scalars(select(NoticeChoice).where(NoticeChoice.person_id.in_(people))):
        chosen[row.person_id][row.channel, row.topic] = row.wanted
    quiet = {
        row.person_id: Quiet(row.from_hour, row.until_hour)
        for row in session.scalars(select(NoticeQuiet).where(NoticeQuiet.person_id.in_(people)))
    }
    return {person: Choices(chosen[person], quiet.get(person)) for person in people}


def choose(session: Session, person_id: UUID, wanted: Mapping[tuple[str, str], bool]) -> None:
    """Keep choices by channel and topic; raises InvalidInput for an essential topic by e-mail."""
    for (channel, topic), _ in wanted.items():
        if topic not in TOPICS or (channel == EMAIL and topic not in CHOOSABLE):
            raise InvalidInput("this cannot be switched off", field=f"{channel}.{topic}")
    for (channel, topic), value in sorted(wanted.items()):
        row = {"person_id": person_id, "channel": channel, "topic": topic, "wanted": value}
        put = insert(NoticeChoice).values(row)
        session.execute(
            put.on_conflict_do_update(constraint="notice_choices_pkey", set_={"wanted": put.excluded.wanted})
        )


def be_quiet(session: Session, person_id: UUID, quiet: Quiet | None) -> None:
    """Keep a person's quiet hours, or none; raises InvalidInput."""
    session.execute(delete(NoticeQuiet).where(NoticeQuiet.person_id == person_id))
    if quiet is None:
        return
    if (
        not (0 <= quiet.from_hour <= 23 and 0 <= quiet.until_hour <= 23)
        or quiet.from_hour == quiet.until_hour
    ):
        raise InvalidInput("quiet hours are two different hours of the day", field="quiet")
    session.add(NoticeQuiet(person_id=person_id, from_hour=quiet.from_hour, until_hour=quiet.until_hour))
    session.flush()


def addresses(session: Session, people: Iterable[UUID]) -> dict[tuple[UUID, str], NoticeAddress]:
    """Where channels reach these people, by person and channel."""
    rows = session.scalars(select(NoticeAddress).where(NoticeAddress.person_id.in_(list(people))))
    return {(row.person_id, row.channel): row for row in rows}


def with_address(
    session: Session, channel: str, people: Collection[UUID], *, proven: bool = False
) -> set[UUID]:
    """Who of these people the channel knows an address of; with `proven` only addresses that are proven theirs."""
    query = select(NoticeAddress.person_id).where(
        NoticeAddress.channel == channel, NoticeAddress.person_id.in_(people)
    )
    return set(session.scalars(query.where(NoticeAddress.proven_at.is_not(None)) if proven else query))


def reach_at(
    session: Session, person_id: UUID, channel: str, *, sealed: str | None, label: str = "", now: datetime
) -> None:
    """Keep where a channel reaches a person, sealed, in the place of what was there; None forgets it."""
    session.execute(
        delete(NoticeAddress).where(NoticeAddress.person_id == person_id, NoticeAddress.channel == channel)
    )
    if sealed is not None:
        session.add(
            NoticeAddress(
                id=new_id(),
                person_id=person_id,
                channel=channel,
                address_encrypted=sealed.encode(),
                label=label,
                created_at=now,
            )
        )
    session.flush()
