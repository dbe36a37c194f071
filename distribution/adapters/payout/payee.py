"""What a method has to know of whom it pays: fields that a page asks for and an adapter checks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from distribution.withdrawal.errors import WrongPayee

Words = Mapping[str, str]
"""A text by language: "en" always, others ("zh_Hans") where there are."""

LONGEST = 140


@dataclass(frozen=True, slots=True)
class PayeeField:
    """One thing that a distributor enters; `label` and `hint` come with the adapter, in its languages."""

    name: str
    label: Words
    required: bool = True
    shortest: int = 1
    longest: int = LONGEST
    hint: Words = field(default_factory=dict)


def words(texts: Words, language: str) -> str:
    """The text in that language, in English where it is not there."""
    return texts.get(language) or texts.get("en", "")


def entered(fields: Sequence[PayeeField], given: Mapping[str, str]) -> dict[str, str]:
    """What was given for these fields, without surrounding blanks; raises WrongPayee for the first that is wrong."""
    found: dict[str, str] = {}
    for each in fields:
        value = " ".join(given.get(each.name, "").split())
        if not value and not each.required:
            continue
        if not each.shortest <= len(value) <= each.longest:
            raise WrongPayee(each.name, f"it has {each.shortest} to {each.longest} characters")
        found[each.name] = value
    return found
