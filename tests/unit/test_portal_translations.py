"""Every word of the portal is translated, and what is compiled is what is written."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

PORTAL = Path(__file__).parents[2] / "portal"
CATALOGUE = PORTAL / "translations" / "zh_Hans" / "LC_MESSAGES" / "messages.po"
CONTEXT = ((1, "c"), 2)
KEYWORDS = {
    "_": None,
    "gettext": None,
    "lazy_gettext": None,
    "ngettext": (1, 2),
    "pgettext": CONTEXT,
    "lazy_pgettext": CONTEXT,
}
METHODS = [("**.py", "python"), ("templates/**.html", "jinja2"), ("templates/**.txt", "jinja2")]
NOT_OURS = ("console/", "templates/console/", "templates/style/", "api/")


def keyed(message: str | tuple[str, ...], context: str | None) -> str:
    """The message by its singular, behind its context where it has one."""
    text = message if isinstance(message, str) else message[0]
    return f"{context}|{text}" if context else text


def said() -> set[str]:
    """Every message the portal's code and templates ask a translation of."""
    found = extract_from_dir(PORTAL, METHODS, keywords=KEYWORDS)
    return {
        keyed(message, context) for path, _, message, _, context in found if not path.startswith(NOT_OURS)
    }


@pytest.fixture(scope="module")
def translated() -> dict[str, str]:
    """The catalogue of Simplified Chinese."""
    with CATALOGUE.open("rb") as file:
        catalogue = read_po(file)
    entries = {}
    for message in catalogue:
        if message.id and not message.fuzzy:
            entries[keyed(message.id, message.context)] = (
                message.string if isinstance(message.string, str) else message.string[0]
            )
    return entries


def test_nothing_is_missing_and_nothing_is_left_over(translated: dict[str, str]) -> None:
    assert {key for key, text in translated.items() if not text} == set()
    assert said() - translated.keys() == set()
    assert translated.keys() - said() == set()


def test_placeholders_are_the_same(translated: dict[str, str]) -> None:
    placeholder = re.compile(r"%\(\w+\)[sd]")
    differing = {
        key
        for key, text in translated.items()
        if set(placeholder.findall(key)) != set(placeholder.findall(text))
    }
    assert differing == set()


def test_the_compiled_catalogue_is_the_written_one() -> None:
    with CATALOGUE.open("rb") as file:
        catalogue = read_po(file)
    compiled = io.BytesIO()
    write_mo(compiled, catalogue)
    assert CATALOGUE.with_suffix(".mo").read_bytes() == compiled.getvalue()
