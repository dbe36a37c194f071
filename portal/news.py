"""What the merchant announces now, remembered for seconds: every first page asks for it."""

from __future__ import annotations

import time
from collections.abc import Sequence

from flask import Flask, current_app
from flask_login import current_user
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from distribution.announcement.audience import is_for
from distribution.announcement.read import current
from distribution.announcement.tables import Announcement
from distribution.db import transaction
from portal.clock import now

_REMEMBERED_SECONDS = 5.0
_MOST_SHOWN = 2


class News:
    """The announcements that hold, read again when they are some seconds old."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._found: Sequence[Announcement] = ()
        self._read_at = float("-inf")

    def current(self) -> Sequence[Announcement]:
        """Those that hold now, at most a few seconds late."""
        moment = time.monotonic()
        if moment - self._read_at > _REMEMBERED_SECONDS:
            with transaction(self._engine) as session:
                self._found = current(session, now=now())
            self._read_at = moment
        return self._found


def install(app: Flask, engine: Engine) -> None:
    """Keep them with the application."""
    app.extensions["news"] = News(engine)


def own_news(session: Session) -> list[Announcement]:
    """Those for the distributor who looks, the newest two; only what is for some countries takes a query."""
    known: News = current_app.extensions["news"]
    found = (each for each in known.current() if _is_own(session, each))
    return [each for _, each in zip(range(_MOST_SHOWN), found, strict=False)]


def _is_own(session: Session, each: Announcement) -> bool:
    if current_user.status != "active":
        return False
    match each.audience:
        case "all":
            return True
        case "grade":
            return current_user.grade in each.audience_keys
        case "group":
            return not set(each.audience_keys).isdisjoint(current_user.groups)
    return is_for(session, each, current_user.id)
