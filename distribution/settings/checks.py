"""What each setting must look like; a wrong value is described without repeating what may be secret in it."""

from __future__ import annotations

import base64
import binascii
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

_SHORTEST_SECRET = 32
_FERNET_KEY_BYTES = 32
_SHORTEST_TOKEN = 20


class WrongValue(ValueError):
    """A value breaks its rule; `got` says how."""

    def __init__(self, got: str) -> None:
        super().__init__(got)
        self.got = got


def database_url(value: str) -> str:
    """PostgreSQL, with a database named."""
    parts = _split(value, {"postgresql", "postgres", "postgresql+psycopg"})
    if not parts.path.strip("/"):
        raise WrongValue("it names no database")
    return value


def redis_url(value: str) -> str:
    """Redis over TCP, TLS or a UNIX socket."""
    parts = _split(value, {"redis", "rediss", "unix"})
    if parts.scheme == "unix":
        if not parts.path.strip("/"):
            raise WrongValue("it names no socket")
    elif not parts.hostname:
        raise WrongValue("it names no host")
    return value


def secret_key(value: str) -> str:
    """Long enough not to be guessed."""
    if len(value) < _SHORTEST_SECRET:
        raise WrongValue(f"it has {len(value)} characters")
    return value


def encryption_keys(value: str) -> tuple[str, ...]:
    """One Fernet key or more."""
    keys = tuple(key.strip() for key in value.split(","))
    for position, key in enumerate(keys, start=1):
        try:
            length = len(base64.b64decode(key, altchars=b"-_", validate=True))
        except (binascii.Error, ValueError):
            raise WrongValue(f"key {position} is not URL-safe base64") from None
        if length != _FERNET_KEY_BYTES:
            raise WrongValue(f"key {position} has {length} bytes")
    return keys


def web_address(value: str) -> str:
    """An http or https address without query or fragment."""
    parts = _split(value, {"http", "https"})
    if not parts.hostname:
        raise WrongValue("it names no host")
    if parts.query or parts.fragment:
        raise WrongValue("it has a query or a fragment")
    return value


def token(value: str) -> str:
    """One word, as it goes into a header."""
    if not value.isascii() or not value.isprintable() or " " in value:
        raise WrongValue("it has spaces, line breaks or other than ASCII characters")
    return value


def metrics_token(value: str) -> str:
    """A token long enough not to be guessed."""
    if len(value) < _SHORTEST_TOKEN:
        raise WrongValue(f"it has {len(value)} characters")
    return token(value)


def mail_url(value: str) -> str:
    """A mail server, a folder, or the console."""
    parts = _split(value, {"smtp", "smtps", "file", "console"})
    if parts.scheme.startswith("smtp") and not parts.hostname:
        raise WrongValue("it names no host")
    if parts.scheme == "file" and (parts.netloc or not parts.path.startswith("/")):
        raise WrongValue("it names no folder by its absolute path")
    return value


def directory(value: str) -> Path:
    """An absolute path that is no file."""
    path = Path(value)
    if not path.is_absolute():
        raise WrongValue("it is not absolute")
    if path.exists() and not path.is_dir():
        raise WrongValue("it is not a folder")
    return path


def _split(value: str, schemes: set[str]) -> SplitResult:
    try:
        parts = urlsplit(value)
        _ = parts.port
    except ValueError:
        raise WrongValue("it is no address") from None
    # Without slashes, what stands before the first colon may be half of a password.
    if "://" not in value and parts.scheme not in schemes:
        raise WrongValue("it names no scheme")
    if parts.scheme not in schemes:
        raise WrongValue(f"it begins with {parts.scheme}://")
    if value != value.strip() or "\n" in value:
        raise WrongValue("it has spaces around it")
    return parts
