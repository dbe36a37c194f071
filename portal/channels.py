"""The channels this installation has, as pages name them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from flask import Flask, current_app
from flask_babel import gettext, pgettext

from distribution.adapters.notice.base import NoticeChannel, words
from distribution.adapters.notice.find import notice_channels
from distribution.adapters.notice.webpush import Pusher
from distribution.notice.browsers import push_seed
from distribution.notice.kinds import EMAIL, PUSH
from distribution.notice.tables import NoticeAddress
from portal.database import unit
from portal.i18n import current_locale


@dataclass(frozen=True, slots=True)
class Shown:
    """A channel with what people call it."""

    name: str
    title: str


@dataclass(frozen=True, slots=True)
class Connectable:
    """A third party's channel, with what people enter to be reached, or see of what they entered."""

    name: str
    title: str
    label: str
    hint: str
    known: str | None
    awaits_code: bool


def install(app: Flask) -> None:
    """Make the channels that are configured; raises InvalidSetting for one that is so in part."""
    others.cache_clear()
    others()


@cache
def others() -> dict[str, NoticeChannel]:
    """The channels of third parties by name, as the environment was when the application was made."""
    return notice_channels()


def channels() -> list[Shown]:
    """E-mail first, then the browser, then what others added."""
    language = str(current_locale())
    return [
        Shown(EMAIL, pgettext("channel", "E-mail")),
        Shown(PUSH, gettext("On the lock screen")),
        *(Shown(name, words(each.title, language) or name) for name, each in others().items()),
    ]


def connectable(known: Mapping[str, NoticeAddress]) -> list[Connectable]:
    """The channels of third parties; `known` are the addresses somebody has."""
    language = str(current_locale())
    return [
        Connectable(
            name,
            words(each.title, language) or name,
            words(each.address_label, language),
            words(each.address_hint, language),
            known[name].label if name in known else None,
            name in known and each.asks_proof and known[name].proven_at is None,
        )
        for name, each in others().items()
    ]


def push_key() -> str:
    """What browsers subscribe with; read once, for it never changes."""
    if "push_key" not in current_app.extensions:
        with unit() as session:
            seed = push_seed(session)
        contact = current_app.extensions["settings"].portal_url
        current_app.extensions["push_key"] = Pusher(seed, contact=contact).public_key
    return str(current_app.extensions["push_key"])
