"""What can be wrong with the settings."""

from __future__ import annotations

from distribution.errors import DomainError


class InvalidSetting(DomainError):
    """An environment variable is missing or wrong; `got` describes what it is and never repeats a secret."""

    code = "invalid_setting"

    def __init__(self, variable: str, expected: str, got: str | None) -> None:
        found = "is missing" if got is None else f"is wrong ({got})"
        message = f"{variable} {found}; it should look like {expected}"
        super().__init__(message, variable=str(variable), expected=expected, got=got)
