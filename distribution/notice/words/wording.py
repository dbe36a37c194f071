"""What a language has to say of a kind, and of letters in general."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Wording:
    """A title, a sentence or two, and the name of the button; `also` is said of facts that are there.

    `many` stands in for both when several are told as one, with `count` and the sum as `amount`; `each` is a line of a
    list among the facts.
    """

    title: str
    text: str
    action: str = ""
    also: Mapping[str, str] = field(default_factory=dict)
    many: tuple[str, str] | None = None
    each: str = ""


@dataclass(frozen=True, slots=True)
class Language:
    """Everything a letter says in one language."""

    kinds: Mapping[str, Wording]
    topics: Mapping[str, tuple[str, str]]
    """Each topic's name, and what it is about."""
    hello: str
    hello_stranger: str
    """To an address whose name is not known."""
    not_you: str
    why: str
    why_invited: str
    choose: str
    unsubscribe: str
    not_again: str
    """What ends letters to somebody who is not in the program."""
    names_between: str
    """What stands between two names or two amounts."""
