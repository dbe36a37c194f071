"""The root of every error the domain raises; each carries its facts as attributes."""

from __future__ import annotations

from typing import Any, ClassVar


class DomainError(Exception):
    """Something the caller asked for cannot be done; `facts` say why.

    `code` is stable and machine-readable, `field` names the input at fault where there is one.
    """

    code: ClassVar[str] = "error"

    def __init__(self, message: str, *, field: str | None = None, **facts: Any) -> None:
        super().__init__(message)
        self.message = message
        self.field = field
        self.facts = facts

    def __getattr__(self, name: str) -> Any:
        facts = self.__dict__.get("facts", {})
        if name in facts:
            return facts[name]
        raise AttributeError(name)


class InvalidInput(DomainError):
    """A value breaks a rule; `field` names the value, the message the rule."""

    code = "invalid"


class NotFound(DomainError):
    """What was named does not exist."""

    code = "not_found"


class Conflict(DomainError):
    """The request contradicts what is already recorded."""

    code = "conflict"


class Forbidden(DomainError):
    """The caller may not do this."""

    code = "forbidden"
