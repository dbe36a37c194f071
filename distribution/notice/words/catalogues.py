"""Languages that come with a shop or a package: gettext catalogues beside those of ours."""

from __future__ import annotations

import os
from functools import cache
from gettext import GNUTranslations
from importlib.metadata import entry_points
from pathlib import Path

from babel import Locale, UnknownLocaleError

ENTRY_POINTS = "distribution.languages"
"""Each names a package whose folder `translations` holds catalogues."""
VARIABLE = "DISTRIBUTION_LANGUAGES_DIR"
_CATALOGUE = Path("LC_MESSAGES") / "messages.mo"


def folders() -> tuple[Path, ...]:
    """Where catalogues of others lie, the shop's own folder last: it has the last word."""
    named = os.environ.get(VARIABLE)
    return (*_of_packages(), *((Path(named),) if named else ()))


def catalogues() -> dict[str, tuple[Path, ...]]:
    """The compiled catalogues of each locale that others brought; names no locale has are passed over."""
    found: dict[str, tuple[Path, ...]] = {}
    for folder in folders():
        for file in sorted(folder.glob(f"*/{_CATALOGUE}")):
            key = _locale(file.parts[-3])
            if key is not None:
                found[key] = (*found.get(key, ()), file)
    return found


@cache
def read(file: Path) -> GNUTranslations:
    """A compiled catalogue; a changed one is read when the program starts again."""
    with file.open("rb") as opened:
        return GNUTranslations(opened)


@cache
def _of_packages() -> tuple[Path, ...]:
    return tuple(
        Path(file).parent / "translations"
        for each in entry_points(group=ENTRY_POINTS)
        if (file := each.load().__file__) is not None
    )


def _locale(name: str) -> str | None:
    try:
        return str(Locale.parse(name))
    except (ValueError, UnknownLocaleError):
        return None
