"""The environment variables of payout methods, `DISTRIBUTION_PAYOUT_<METHOD>_<NAME>`, checked before all starts.

Channels of notices are told the same way; theirs are of the family NOTICE.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from distribution.settings.checks import WrongValue, token, web_address
from distribution.settings.errors import InvalidSetting

__all__ = ["PayoutVariable", "WrongValue", "address", "line", "named", "read", "token", "wrong"]

PAYOUT = "PAYOUT"


def line(value: str) -> str:
    """The value as it is; raises WrongValue where it is not one line of text."""
    if not value.isprintable() or value != value.strip():
        raise WrongValue("it has line breaks, or spaces around it")
    return value


def address(value: str) -> str:
    """An http or https address, without a slash at its end."""
    return web_address(value).rstrip("/")


@dataclass(frozen=True, slots=True)
class PayoutVariable:
    """A variable of a method: `check` makes of its text what the adapter uses, or raises WrongValue.

    One with a `default` may be missing.
    """

    name: str
    expected: str
    check: Callable[[str], Any] = line
    default: str | None = None


def named(method: str, variable: str, *, family: str = PAYOUT) -> str:
    """The name of a variable in the environment."""
    return f"DISTRIBUTION_{family}_{method.upper().replace('-', '_')}_{variable}"


def is_configured(
    method: str, variables: Sequence[PayoutVariable], environ: Mapping[str, str], *, family: str = PAYOUT
) -> bool:
    """Whether the method is wanted: one that must be configured has one of its variables set."""
    return all(each.default is not None for each in variables) or any(
        environ.get(named(method, each.name, family=family)) for each in variables
    )


def wrong(
    method: str, variables: Sequence[PayoutVariable], environ: Mapping[str, str], *, family: str = PAYOUT
) -> Iterator[InvalidSetting]:
    """Everything that is missing or wrong."""
    for each in variables:
        name = named(method, each.name, family=family)
        value = environ.get(name) or each.default
        if value is None:
            yield InvalidSetting(name, each.expected, None)
            continue
        try:
            each.check(value)
        except WrongValue as problem:
            yield InvalidSetting(name, each.expected, problem.got)


def read(
    method: str, variables: Sequence[PayoutVariable], environ: Mapping[str, str], *, family: str = PAYOUT
) -> dict[str, Any]:
    """The values by their short names; raises InvalidSetting for the first that is missing or wrong."""
    for problem in wrong(method, variables, environ, family=family):
        raise problem
    values = {
        each.name: environ.get(named(method, each.name, family=family)) or each.default or ""
        for each in variables
    }
    return {each.name: each.check(values[each.name]) for each in variables}
