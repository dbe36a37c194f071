"""What a translator begins with: every text of portal, console and notices, as `python -m portal.language_template`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import BinaryIO

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

from distribution.notice.words.english import LANGUAGE
from distribution.notice.words.translated import sentences

_OURS = (
    Path(__file__).parent / "translations" / "zh_Hans" / "LC_MESSAGES" / "messages.po",
    Path(__file__).parent / "console" / "translations" / "zh_Hans" / "LC_MESSAGES" / "messages.po",
)


def template() -> Catalog:
    """Every text once, untranslated; tests hold that ours have them all."""
    made = Catalog(project="saleor-distribution", charset="utf-8")
    for path in _OURS:
        with path.open("rb") as file:
            for message in read_po(file):
                if message.id:
                    made.add(message.id, context=message.context, flags=message.flags - {"fuzzy"})
    for sentence in sentences(LANGUAGE):
        if sentence and sentence not in made:
            made.add(sentence, flags={"python-brace-format"})
    return made


def main(out: BinaryIO) -> None:
    """Write it as a .pot file."""
    write_po(out, template(), width=100)


if __name__ == "__main__":
    main(sys.stdout.buffer)
