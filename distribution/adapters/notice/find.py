"""Finds the channels of third parties that are installed, and makes those that are configured."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from importlib.metadata import entry_points

from distribution.adapters.notice.base import NoticeChannel
from distribution.adapters.payout.variables import is_configured, read, wrong
from distribution.notice.kinds import EMAIL, PUSH
from distribution.settings.errors import InvalidSetting

GROUP = "distribution.notice_channels"
FAMILY = "NOTICE"
_OURS = frozenset({EMAIL, PUSH})


def notice_channels(environ: Mapping[str, str] | None = None) -> dict[str, NoticeChannel]:
    """One channel for each entry point of the group that is configured, by its name.

    Raises InvalidSetting for the first variable that is missing or wrong.
    """
    source = os.environ if environ is None else environ
    return {
        name: kind(read(name, kind.variables, source, family=FAMILY))
        for name, kind in _installed()
        if is_configured(name, kind.variables, source, family=FAMILY)
    }


def channel_problems(environ: Mapping[str, str]) -> Iterator[tuple[str, tuple[InvalidSetting, ...]]]:
    """Each channel that is configured, with what is wrong with its variables."""
    for name, kind in _installed():
        if is_configured(name, kind.variables, environ, family=FAMILY):
            yield name, tuple(wrong(name, kind.variables, environ, family=FAMILY))


def _installed() -> Iterator[tuple[str, type[NoticeChannel]]]:
    for point in sorted(entry_points(group=GROUP), key=lambda each: each.name):
        if point.name not in _OURS:
            yield point.name, point.load()
