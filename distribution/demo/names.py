"""Believable names for people who do not exist."""

from __future__ import annotations

import json
import unicodedata
from dataclasses import dataclass
from importlib import resources
from random import Random

_LISTS: dict[str, list[str]] = json.loads(
    resources.files("distribution.demo").joinpath("data/names.json").read_text("utf-8")
)


@dataclass(frozen=True, slots=True)
class Name:
    """A name as it is written, and in plain Latin letters."""

    written: str
    first: str
    last: str


def western(rng: Random) -> Name:
    """A name from Europe."""
    first, last = rng.choice(_LISTS["first"]), rng.choice(_LISTS["last"])
    return Name(f"{first} {last}", _plain(first), _plain(last))


def chinese(rng: Random) -> Name:
    """A name from China."""
    surname, last = rng.choice(_LISTS["surnames"]).split()
    given, first = rng.choice(_LISTS["given"]).split()
    return Name(surname + given, _plain(first), _plain(last))


def _plain(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(letter for letter in decomposed if letter.isascii() and letter.isalpha())
