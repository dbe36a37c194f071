"""The inbox: what a distributor was told, by topic, with what is new."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from distribution.announcement.read import KIND as ANNOUNCEMENT
from distribution.announcement.read import for_reader, notice_of, words_of
from distribution.notice import inbox
from distribution.notice.kinds import TOPICS
from distribution.notice.render import Style, Worded, worded
from distribution.notice.tables import Notice
from distribution.notice.words import LANGUAGES
from portal.clock import now
from portal.database import program_settings, unit
from portal.i18n import current_locale
from portal.urls import local_target
from portal.views.distributor.blueprint import blueprint, chosen, own_id

_ALL = ""
_UNREAD = "unread"
_GONE = {"title": "", "text": ""}


@dataclass(frozen=True, slots=True)
class Row:
    """A notice with its words."""

    id: UUID
    at: datetime
    unread: bool
    said: Worded


@blueprint.get("/notices", endpoint="notices")
def page() -> str:
    """One page of notices."""
    show = chosen("show", (_ALL, _UNREAD, *TOPICS))
    with unit() as session:
        found = inbox.page(
            session,
            own_id(),
            topics=() if show in (_ALL, _UNREAD) else (show,),
            unread_only=show == _UNREAD,
            after=_after(request.args.get("after", "")),
            limit=inbox.PAGE + 1,
        )
        more = words_of(session, found)
        rows = [
            _row(notice, more.get(notice.id))
            for notice in found[: inbox.PAGE]
            if notice.kind != ANNOUNCEMENT or notice.id in more
        ]
    last = found[inbox.PAGE - 1] if len(found) > inbox.PAGE else None
    after = f"{last.at.isoformat()}~{last.id}" if last else None
    return render_template(
        "pages/notices.html",
        rows=rows,
        show=show,
        tabs=[
            (name, url_for("distributor.notices", show=value or None), value == show)
            for value, name in _tabs()
        ],
        next_page=url_for("distributor.notices", show=show or None, after=after) if after else None,
        first_page=url_for("distributor.notices", show=show or None) if request.args.get("after") else None,
        now=now(),
    )


@blueprint.get("/notices/<uuid:notice_id>", endpoint="notice")
def open_notice(notice_id: UUID) -> ResponseReturnValue:
    """Note that a notice was read, and go where it leads."""
    with unit() as session:
        found = inbox.read(session, own_id(), notice_id, now=now())
        if found is None:
            abort(404)
        path = worded([found], style(), words_of(session, [found]).get(notice_id, _GONE)).path
    return redirect(local_target(path, url_for("distributor.notices")), 303)


@blueprint.post("/notices/read", endpoint="read_notices")
def read_all() -> ResponseReturnValue:
    """Note that everything was read."""
    with unit() as session:
        inbox.read_all(session, own_id(), now=now())
    return redirect(url_for("distributor.notices"), 303)


@blueprint.get("/notices/announcements/<uuid:announcement_id>", endpoint="announcement")
def announcement(announcement_id: UUID) -> str:
    """An announcement to its end; looking at it is reading it."""
    with unit() as session:
        found = for_reader(session, own_id(), announcement_id)
        if found is None:
            abort(404)
        notice = notice_of(session, own_id(), announcement_id)
        if notice is not None:
            inbox.read(session, own_id(), notice.id, now=now())
    language = str(current_locale())
    return render_template(
        "pages/announcement.html",
        announcement=found,
        title=found.title[language],
        paragraphs=found.text[language].split("\n\n"),
    )


def style() -> Style:
    """How whoever looks at this page reads."""
    settings = program_settings()
    return Style(str(current_locale()), ZoneInfo(settings.time_zone), settings.program_name)


def _tabs() -> list[tuple[str, str]]:
    topics = LANGUAGES[str(current_locale())].topics
    return [
        (_ALL, gettext("All")),
        (_UNREAD, gettext("Unread")),
        *((name, topics[name][0]) for name in TOPICS),
    ]


def _row(notice: Notice, more: Mapping[str, Any] | None) -> Row:
    return Row(notice.id, notice.at, notice.read_at is None, worded([notice], style(), more))


def _after(said: str) -> tuple[datetime, UUID] | None:
    at, _, notice_id = said.partition("~")
    try:
        return datetime.fromisoformat(at), UUID(notice_id)
    except ValueError:
        return None
