"""What a method has to know of whom it pays: fields that a page asks for and an adapter checks."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from email_validator import EmailNotValidError, validate_email

from distribution.adapters.payout.variables import WrongValue
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
    check: Callable[[str], str] | None = None
    """Makes of a value what is kept; raises WrongValue."""


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
        try:
            found[each.name] = value if each.check is None else each.check(value)
        except WrongValue as wrong:
            raise WrongPayee(each.name, wrong.got) from None
    return found


def email_address(value: str, *, ascii_only: bool = False) -> str:
    """An e-mail address, normalized."""
    try:
        return validate_email(value, check_deliverability=False, allow_smtputf8=not ascii_only).normalized
    except EmailNotValidError:
        raise WrongValue("it is no e-mail address") from None


def matching(pattern: str, rule: str) -> Callable[[str], str]:
    """A check that the whole value matches; `rule` is what is said of one that does not."""
    expression = re.compile(pattern)

    def check(value: str) -> str:
        if not expression.fullmatch(value):
            raise WrongValue(rule)
        return value

    return check
