"""Where the demo keeps its data, and the settings it gives to the processes it starts."""

from __future__ import annotations

import json
import os
import secrets
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from distribution.adapters.embedded import erase_postgres
from distribution.privacy.encryption import new_key
from distribution.settings.environment import Variable

_KEYS = "keys.json"
_LOADED = "loaded.json"


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where portal and shop answer."""

    host: str
    portal_port: int

    @property
    def shop_port(self) -> int:
        return self.portal_port + 1

    @property
    def portal(self) -> str:
        return f"http://{self._name}:{self.portal_port}"

    @property
    def shop(self) -> str:
        return f"http://{self._name}:{self.shop_port}"

    @property
    def _name(self) -> str:
        # Listening everywhere is no address to go to.
        return "localhost" if self.host in ("0.0.0.0", "::", "127.0.0.1") else self.host


class Home:
    """A folder with everything the demo keeps."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.postgres = directory / "postgres"
        self.redis = directory / "redis"
        self.logs = directory / "logs"
        self.mail = directory / "mail"
        self.shop = directory / "shop.sqlite"

    @classmethod
    def of(cls, environ: Mapping[str, str]) -> Home:
        """The user's own, as the XDG base directories say."""
        data = environ.get("XDG_DATA_HOME") or ""
        base = Path(data) if data.startswith("/") else Path.home() / ".local" / "share"
        return cls(base / "saleor-distribution" / "demo")

    def prepare(self) -> None:
        """Make the folders; only their owner enters, but PostgreSQL's account passes through."""
        for folder in (self.directory, self.logs, self.mail):
            folder.mkdir(parents=True, exist_ok=True)

    def erase(self) -> None:
        """Forget everything; the servers must be stopped."""
        erase_postgres(self.postgres)
        if self.directory.exists():
            shutil.rmtree(self.directory)

    def keys(self) -> tuple[str, str]:
        """The secret key and the encryption key, drawn once."""
        path = self.directory / _KEYS
        if not path.exists():
            path.touch(mode=0o600)
            path.write_text(json.dumps([secrets.token_urlsafe(40), new_key()]))
        secret, encryption = json.loads(path.read_text())
        return secret, encryption

    @property
    def loaded(self) -> bool:
        """Whether the year was lived to its end."""
        return (self.directory / _LOADED).exists()

    def mark_loaded(self) -> None:
        """The year was lived to its end: from now on the data stays."""
        (self.directory / _LOADED).write_text("{}")

    def has_moved(self, addresses: Addresses) -> bool:
        """Whether the shop's products are not known to be at this address."""
        return (self.directory / _LOADED).read_text() != addresses.shop

    def mark_moved(self, addresses: Addresses) -> None:
        """The shop's products were read from this address."""
        (self.directory / _LOADED).write_text(addresses.shop)

    def environment(self, addresses: Addresses, *, database_url: str, redis_url: str) -> dict[str, str]:
        """The settings of portal, worker and scheduler."""
        secret, encryption = self.keys()
        return {
            **os.environ,
            Variable.DATABASE_URL: database_url,
            Variable.REDIS_URL: redis_url,
            Variable.SECRET_KEY: secret,
            Variable.ENCRYPTION_KEYS: encryption,
            Variable.PORTAL_URL: addresses.portal,
            Variable.STOREFRONT_URL: addresses.shop,
            Variable.SALEOR_API_URL: f"http://127.0.0.1:{addresses.shop_port}/graphql/",
            Variable.SALEOR_TOKEN: "demo",
            Variable.MAIL_URL: self.mail.as_uri(),
        }
