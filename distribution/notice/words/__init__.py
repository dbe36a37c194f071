"""The words of every notice in each language there is; facts stand in braces."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

from distribution.notice.words import english, simplified_chinese
from distribution.notice.words.catalogues import catalogues, read
from distribution.notice.words.translated import translated
from distribution.notice.words.wording import Language

_OURS = {"en": english.LANGUAGE, "zh_Hans": simplified_chinese.LANGUAGE}


class _Languages(Mapping[str, Language]):
    """Ours and those that a shop or a package brought; one that nobody brought reads English."""

    def __getitem__(self, locale: str) -> Language:
        files = catalogues().get(locale, ())
        ours = _OURS.get(locale, english.LANGUAGE)
        return _with(locale, files) if files else ours

    def __iter__(self) -> Iterator[str]:
        return iter(dict.fromkeys((*_OURS, *catalogues())))

    def __len__(self) -> int:
        return len(list(iter(self)))

    def __contains__(self, locale: object) -> bool:
        return locale in list(self)


LANGUAGES: Mapping[str, Language] = _Languages()


def language_of(locale: str | None) -> str:
    """The language a reader with that locale is written to in: theirs, one like it, or English."""
    wanted = (locale or "").replace("-", "_")
    known = tuple(LANGUAGES)
    if wanted in known:
        return wanted
    spoken = wanted.partition("_")[0]
    return next((each for each in known if spoken and each.partition("_")[0] == spoken), "en")


@cache
def _with(locale: str, files: tuple[Path, ...]) -> Language:
    return translated(_OURS.get(locale, english.LANGUAGE), [read(file) for file in files])
