"""The words of every notice in each language there is; facts stand in braces."""

from __future__ import annotations

from distribution.notice.words import english, simplified_chinese
from distribution.notice.words.wording import Language

LANGUAGES: dict[str, Language] = {
    "en": english.LANGUAGE,
    "zh_Hans": simplified_chinese.LANGUAGE,
}


def language_of(locale: str | None) -> str:
    """The language a reader with that locale is written to in."""
    return "zh_Hans" if (locale or "").startswith("zh") else "en"
