"""The console's catalogue holds every text there is, each with the same placeholders."""

from __future__ import annotations

import re
from collections.abc import Iterator
from gettext import GNUTranslations
from pathlib import Path

from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from tests import doctor

PORTAL = Path(__file__).parents[2] / "portal"
CATALOGUE = PORTAL / "console" / "translations" / "zh_Hans" / "LC_MESSAGES"
_PLACEHOLDER = re.compile(r"%\(\w+\)[sd]")


def _texts() -> Iterator[tuple[str, str | None]]:
    found = extract_from_dir(
        str(PORTAL),
        method_map=[("console/**.py", "python"), ("templates/console/**.html", "jinja2.ext:babel_extract")],
        keywords={
            "gettext": None,
            "lazy_gettext": None,
            "ngettext": (1, 2),
            "_": None,
            "pgettext": ((1, "c"), 2),
        },
        directory_filter=lambda path: True,
    )
    for _, _, message, _, context in found:
        yield message if isinstance(message, str) else message[0], context


def test_every_text_is_translated() -> None:
    catalogue = read_po((CATALOGUE / "messages.po").open("rb"))
    texts = set(_texts())
    assert len(texts) > 600
    for text, context in texts:
        found = catalogue.get(text, context)
        assert found is not None, text
        words = found.string if isinstance(found.string, str) else found.string[0]
        assert words, text
        assert set(_PLACEHOLDER.findall(words)) == set(_PLACEHOLDER.findall(text)), text
    assert not [message.id for message in catalogue if message.fuzzy and message.id]


def test_no_text_is_translated_that_nobody_reads() -> None:
    read = {*_texts(), *((text, None) for text in doctor.texts())}
    catalogue = read_po((CATALOGUE / "messages.po").open("rb"))
    written = {
        (message.id if isinstance(message.id, str) else message.id[0], message.context)
        for message in catalogue
        if message.id
    }
    assert written - read == set()


def test_what_is_read_at_run_time_is_what_is_written() -> None:
    written = read_po((CATALOGUE / "messages.po").open("rb"))
    with (CATALOGUE / "messages.mo").open("rb") as file:
        compiled = GNUTranslations(file)
    for message in written:
        if isinstance(message.id, str) and message.id:
            told = (
                compiled.pgettext(message.context, message.id)
                if message.context
                else compiled.gettext(message.id)
            )
            assert told == message.string
        elif message.id:
            assert compiled.ngettext(*message.id, 2) == message.string[0]


def test_what_both_catalogues_hold_is_said_the_same_way() -> None:
    # The portal's is read last and wins; a word with another meaning in the console needs a context.
    portal = read_po((PORTAL / "translations" / "zh_Hans" / "LC_MESSAGES" / "messages.po").open("rb"))
    console = read_po((CATALOGUE / "messages.po").open("rb"))
    for message in portal:
        other = console.get(message.id, message.context) if message.id else None
        assert other is None or other.string == message.string, message.id
