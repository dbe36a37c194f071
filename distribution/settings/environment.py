"""What the environment says: every `DISTRIBUTION_…` variable, checked before anything starts."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator, Mapping
from enum import StrEnum
from pathlib import Path
from typing import Any

from distribution.settings.checks import (
    WrongValue,
    database_url,
    directory,
    encryption_keys,
    mail_url,
    metrics_token,
    redis_url,
    secret_key,
    token,
    web_address,
)
from distribution.settings.errors import InvalidSetting


class Variable(StrEnum):
    """A setting's environment variable."""

    DATABASE_URL = "DISTRIBUTION_DATABASE_URL"
    REDIS_URL = "DISTRIBUTION_REDIS_URL"
    SECRET_KEY = "DISTRIBUTION_SECRET_KEY"
    ENCRYPTION_KEYS = "DISTRIBUTION_ENCRYPTION_KEYS"
    PORTAL_URL = "DISTRIBUTION_PORTAL_URL"
    STOREFRONT_URL = "DISTRIBUTION_STOREFRONT_URL"
    SALEOR_API_URL = "DISTRIBUTION_SALEOR_API_URL"
    SALEOR_TOKEN = "DISTRIBUTION_SALEOR_TOKEN"
    MAIL_URL = "DISTRIBUTION_MAIL_URL"
    METRICS_TOKEN = "DISTRIBUTION_METRICS_TOKEN"
    MEDIA_DIR = "DISTRIBUTION_MEDIA_DIR"


_CHECKS = {
    Variable.DATABASE_URL: database_url,
    Variable.REDIS_URL: redis_url,
    Variable.SECRET_KEY: secret_key,
    Variable.ENCRYPTION_KEYS: encryption_keys,
    Variable.PORTAL_URL: web_address,
    Variable.STOREFRONT_URL: web_address,
    Variable.SALEOR_API_URL: web_address,
    Variable.SALEOR_TOKEN: token,
    Variable.MAIL_URL: mail_url,
    Variable.METRICS_TOKEN: metrics_token,
    Variable.MEDIA_DIR: directory,
}

EXPECTED = {
    Variable.DATABASE_URL: "postgresql://user:password@host:5432/name",
    Variable.REDIS_URL: "redis://host:6379/0 (or rediss://, unix:///path)",
    Variable.SECRET_KEY: "at least 32 random characters",
    Variable.ENCRYPTION_KEYS: "Fernet keys separated by commas, newest first (each 32 bytes in URL-safe base64)",
    Variable.PORTAL_URL: "https://partners.example.com, where distributors reach the portal",
    Variable.STOREFRONT_URL: "https://shop.example.com, where referral links lead",
    Variable.SALEOR_API_URL: "https://saleor.example.com/graphql/",
    Variable.SALEOR_TOKEN: "the token of a Saleor app that may manage orders",
    Variable.MAIL_URL: "smtp://user:password@host:587 (or smtps://, file:///folder, console:)",
    Variable.METRICS_TOKEN: "what Prometheus shows to read /metrics: at least 20 characters without spaces",
    Variable.MEDIA_DIR: "the absolute path of a folder; no longer needed, pictures are in the database",
}

OPTIONAL = frozenset({Variable.METRICS_TOKEN, Variable.MEDIA_DIR})
"""Nothing is wrong where these are missing."""


class Settings:
    """The settings of one process; asking for one that is not there raises InvalidSetting too."""

    __slots__ = ("_values",)

    def __init__(self, values: Mapping[Variable, Any]) -> None:
        self._values = dict(values)

    @classmethod
    def load(cls, environ: Mapping[str, str] | None = None, *, needs: Collection[Variable] = ()) -> Settings:
        """The settings in `environ` (the process's own by default).

        Raises InvalidSetting for the first that is wrong, or missing though named in `needs`.
        """
        source = os.environ if environ is None else environ
        for problem in problems(source, needs=needs):
            raise problem
        return cls(
            {variable: _CHECKS[variable](source[variable]) for variable in Variable if source.get(variable)}
        )

    def __contains__(self, variable: Variable) -> bool:
        return variable in self._values

    def __repr__(self) -> str:
        return f"Settings({', '.join(sorted(self._values))})"

    def _get(self, variable: Variable) -> Any:
        if variable not in self._values:
            raise InvalidSetting(variable, EXPECTED[variable], None)
        return self._values[variable]

    @property
    def database_url(self) -> str:
        """Where our tables are."""
        return str(self._get(Variable.DATABASE_URL))

    @property
    def redis_url(self) -> str:
        """Where the queue is."""
        return str(self._get(Variable.REDIS_URL))

    @property
    def secret_key(self) -> str:
        """What signs sessions and links."""
        return str(self._get(Variable.SECRET_KEY))

    @property
    def encryption_keys(self) -> tuple[str, ...]:
        """Fernet keys, newest first: the first encrypts, all decrypt."""
        return tuple(self._get(Variable.ENCRYPTION_KEYS))

    @property
    def portal_url(self) -> str:
        """The portal's address, without a slash at its end."""
        return str(self._get(Variable.PORTAL_URL)).rstrip("/")

    @property
    def storefront_url(self) -> str:
        """The storefront's address, without a slash at its end."""
        return str(self._get(Variable.STOREFRONT_URL)).rstrip("/")

    @property
    def saleor_api_url(self) -> str:
        """Saleor's GraphQL address, as given: Saleor redirects when the slash at its end is missing."""
        return str(self._get(Variable.SALEOR_API_URL))

    @property
    def saleor_token(self) -> str:
        """What signs us in at Saleor."""
        return str(self._get(Variable.SALEOR_TOKEN))

    @property
    def mail_url(self) -> str:
        """How mail leaves."""
        return str(self._get(Variable.MAIL_URL))

    @property
    def metrics_token(self) -> str:
        """What Prometheus shows to read what the portal measures."""
        return str(self._get(Variable.METRICS_TOKEN))

    @property
    def media_dir(self) -> Path:
        """A folder that is accepted for installations that name one: pictures are rows of the database now."""
        return Path(self._get(Variable.MEDIA_DIR))


def problems(environ: Mapping[str, str], *, needs: Collection[Variable] = ()) -> Iterator[InvalidSetting]:
    """Everything wrong with the settings in `environ`, in the order of `Variable`."""
    for variable in Variable:
        value = environ.get(variable)
        if not value:
            if variable in needs:
                yield InvalidSetting(variable, EXPECTED[variable], None)
            continue
        try:
            _CHECKS[variable](value)
        except WrongValue as wrong:
            yield InvalidSetting(variable, EXPECTED[variable], wrong.got)
