"""What changed between two versions of a text, by paragraphs."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal


@dataclass(frozen=True, slots=True)
class Change:
    """A paragraph that is new or gone."""

    kind: Literal["new", "gone"]
    text: str


def changed(before: str, after: str) -> list[Change]:
    """Paragraphs that are new or gone, in the order of the text; what is gone stands before what took its place."""
    old, new = _paragraphs(before), _paragraphs(after)
    found: list[Change] = []
    for _, old_from, old_to, new_from, new_to in (
        code for code in SequenceMatcher(None, old, new, autojunk=False).get_opcodes() if code[0] != "equal"
    ):
        found += [Change("gone", text) for text in old[old_from:old_to]]
        found += [Change("new", text) for text in new[new_from:new_to]]
    return found


def _paragraphs(text: str) -> list[str]:
    parts = text.replace("\r\n", "\n").split("\n\n")
    return [" ".join(part.split()) for part in parts if part.strip()]
