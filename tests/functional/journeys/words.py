"""What the pages say, out of the catalogues they say it from."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from babel.support import Translations

import portal

_HERE = Path(portal.__file__).parent
_CATALOGUES = (_HERE / "translations", _HERE / "console" / "translations")


class Words:
    """`words("Log in")` is what the button is called in one language; a text that nobody translated is an error."""

    def __init__(self, language: str) -> None:
        self.language = language

    def __call__(self, text: str, *, context: str | None = None, **values: object) -> str:
        said = text if self.language == "en" else self._translated(text, context)
        return said % values if values else said

    def _translated(self, text: str, context: str | None) -> str:
        for each in _catalogues(self.language):
            said = each.gettext(text) if context is None else each.pgettext(context, text)
            if said != text:
                return said
        raise LookupError(f"no catalogue has {text!r}")


@cache
def _catalogues(language: str) -> list[Translations]:
    found = [Translations.load(str(folder), [language]) for folder in _CATALOGUES]
    assert all(isinstance(each, Translations) for each in found)
    return [each for each in found if isinstance(each, Translations)]
