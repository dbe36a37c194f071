"""What a channel is given: notices in the words of their reader, with the addresses they lead to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from distribution.announcement.read import KIND as ANNOUNCEMENT
from distribution.announcement.read import words_of
from distribution.network.tables import Distributor
from distribution.notice.choices import choices
from distribution.notice.kinds import DISTRIBUTOR
from distribution.notice.render import Style, Worded, worded
from distribution.notice.tables import Notice
from distribution.notice.unsubscribe import token
from distribution.notice.words import LANGUAGES, language_of
from distribution.settings import program
from distribution.settings.tables import Merchant

INVITED = "invited"
"""The reader of a letter who is nobody here yet."""


@dataclass(frozen=True, slots=True)
class Site:
    """Where the portal is, and what signs links to it."""

    portal_url: str
    secret_key: str


@dataclass(frozen=True, slots=True)
class Letter:
    """One thing to tell one person.

    `key` is the same however often it is delivered. `url` is where it leads, absolute, empty for nowhere; `unsubscribe`
    is the address that ends mails of its topic, None where mails of it cannot end.
    """

    key: str
    person_id: UUID
    reader: str
    name: str
    email: str
    language: str
    program: str
    company: str
    said: Worded
    url: str
    settings_url: str
    unsubscribe: str | None

    @property
    def is_distributors(self) -> bool:
        """Whether its reader has an inbox and choices."""
        return self.reader == DISTRIBUTOR


def letter(
    session: Session, notice_ids: Sequence[UUID], *, channel: str, key: str, site: Site
) -> Letter | None:
    """The letter about these notices of one person and kind; None when nobody wants it any more.

    They may have gone, changed their choice, or the notices may have been taken back since it was planned.
    """
    notices = session.scalars(select(Notice).where(Notice.id.in_(notice_ids)).order_by(Notice.at)).all()
    if not notices:
        return None
    first = notices[0]
    reader = _reader(session, first)
    if reader is None:
        return None
    settings = program.read(session)
    language = language_of(reader.locale or first.facts.get("locale"))
    more = words_of(session, notices)
    if first.kind == ANNOUNCEMENT and first.id not in more:
        return None
    style = Style(language, ZoneInfo(settings.time_zone), settings.program_name)
    said = worded(notices, style, more.get(first.id))
    topic = said.kind.topic
    if not choices(session, [first.person_id])[first.person_id].wants(channel, topic):
        return None
    signed = token(site.secret_key, first.person_id, topic.name)
    return Letter(
        key=key,
        person_id=first.person_id,
        reader=first.reader,
        name=str(first.facts.get("addressed_as") or reader.name or reader.email),
        # An address that is not theirs yet is asked whether it will be.
        email=str(first.facts.get("to", reader.email)),
        language=language,
        program=settings.program_name,
        company=settings.company_name,
        said=said,
        url=_url(site, first, said),
        settings_url=f"{site.portal_url}/account/notices",
        unsubscribe=None if topic.essential else f"{site.portal_url}/unsubscribe/{signed}",
    )


def _reader(session: Session, notice: Notice) -> Distributor | Merchant | None:
    if notice.reader == DISTRIBUTOR:
        return session.get(Distributor, notice.person_id)
    merchant = session.get(Merchant, notice.person_id)
    return None if merchant is None or merchant.disabled_at is not None else merchant


def _url(site: Site, notice: Notice, said: Worded) -> str:
    if not said.path:
        return ""
    # By way of the inbox, which notes that it was read.
    by_inbox = said.kind.shown and notice.reader == DISTRIBUTOR
    return f"{site.portal_url}/notices/{notice.id}" if by_inbox else f"{site.portal_url}{said.path}"


def topic_name(of: Letter) -> str:
    """What its reader calls its topic."""
    return LANGUAGES[of.language].topics[of.said.kind.topic.name][0]
