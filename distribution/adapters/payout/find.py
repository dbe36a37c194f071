"""Finds the payout adapters that are installed, and makes those that are configured."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from importlib.metadata import entry_points

from distribution.adapters.payout.base import PayoutAdapter
from distribution.adapters.payout.variables import is_configured, read, wrong
from distribution.settings.errors import InvalidSetting

GROUP = "distribution.payout_adapters"


def payout_adapters(environ: Mapping[str, str] | None = None) -> dict[str, PayoutAdapter]:
    """One adapter for each entry point of the group that is configured, by its name: the method a withdrawal asks for.

    Raises InvalidSetting for the first variable that is missing or wrong.
    """
    source = os.environ if environ is None else environ
    return {
        name: kind(read(name, kind.variables, source))
        for name, kind in _installed()
        if is_configured(name, kind.variables, source)
    }


def payout_problems(
    environ: Mapping[str, str],
) -> Iterator[tuple[str, tuple[InvalidSetting, ...]]]:
    """Each method that is configured, with what is wrong with its variables."""
    for name, kind in _installed():
        if is_configured(name, kind.variables, environ):
            yield name, tuple(wrong(name, kind.variables, environ))


def _installed() -> Iterator[tuple[str, type[PayoutAdapter]]]:
    for point in sorted(entry_points(group=GROUP), key=lambda each: each.name):
        yield point.name, point.load()
