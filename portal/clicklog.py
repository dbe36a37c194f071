"""Clicks go to a Redis stream in one acknowledged write; a job drains it to the table of clicks.

redis-py costs more than all of the rest of a click, so the protocol is spoken here: one command, one answer.
"""

from __future__ import annotations

import logging
import socket
import ssl
import threading
import time
from urllib.parse import parse_qs, unquote, urlsplit

STREAM = b"distribution:clicks"
_MOST_KEPT = b"2000000"
_TIMEOUT_SECONDS = 0.1
_PAUSE_SECONDS = 1.0
log = logging.getLogger("portal.clicks")


class ClickLog:
    """Writes clicks; when Redis does not answer they are dropped, and none is tried for a second."""

    def __init__(self, redis_url: str) -> None:
        self._url = urlsplit(redis_url)
        self._local = threading.local()
        self._paused_until = 0.0

    def record(self, click: bytes) -> bool:
        """Append a packed click and wait for Redis to say that it has it; False when it was dropped."""
        if time.monotonic() < self._paused_until:
            return False
        # An idle connection may have been closed by the other side: one fresh try, unless time is up already.
        failure: OSError | None = None
        for fresh in (False, True):
            try:
                return self._sent(click, fresh=fresh)
            except OSError as error:
                failure = error
                self._close()
                if isinstance(error, TimeoutError):
                    break
        self._paused_until = time.monotonic() + _PAUSE_SECONDS
        log.warning("click dropped: %s", failure)
        return False

    def _sent(self, click: bytes, *, fresh: bool) -> bool:
        connection = self._connection(fresh=fresh)
        connection.sendall(click)
        if not connection.recv(512).startswith(b"$"):
            raise OSError("Redis refused the click")
        return True

    def _connection(self, *, fresh: bool) -> socket.socket:
        known: socket.socket | None = getattr(self._local, "connection", None)
        if known is None or fresh:
            known = self._local.connection = self._connect()
        return known

    def _close(self) -> None:
        known: socket.socket | None = getattr(self._local, "connection", None)
        if known is not None:
            known.close()
            self._local.connection = None

    def _connect(self) -> socket.socket:
        url = self._url
        options = parse_qs(url.query)
        if url.scheme == "unix":
            connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            connection.settimeout(_TIMEOUT_SECONDS)
            connection.connect(unquote(url.path))
            database = options.get("db", ["0"])[0]
        else:
            connection = socket.create_connection(
                (url.hostname or "localhost", url.port or 6379), _TIMEOUT_SECONDS
            )
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if url.scheme == "rediss":
                connection = ssl.create_default_context().wrap_socket(
                    connection, server_hostname=url.hostname
                )
            database = url.path.strip("/") or options.get("db", ["0"])[0]
        if url.password:
            user = (unquote(url.username),) if url.username else ()
            _demand(connection, "AUTH", *user, unquote(url.password))
        if database != "0":
            _demand(connection, "SELECT", database)
        return connection


def _demand(connection: socket.socket, *words: str) -> None:
    connection.sendall(_array([word.encode() for word in words]))
    if not connection.recv(512).startswith(b"+"):
        raise OSError(f"Redis refused {words[0]}")


def packed(*, code: str, click: str, at: str, url: str, ip_hash: str, ua: str, link: str = "") -> bytes:
    """The command that appends one click, as it goes over the wire."""
    values = (
        code.encode(),
        click.encode(),
        at.encode(),
        url.encode(),
        ip_hash.encode(),
        ua.encode("utf-8", "replace"),
        link.encode(),
    )
    return _COMMAND % tuple(part for value in values for part in (len(value), value))


def _array(words: list[bytes]) -> bytes:
    parts = [b"*%d\r\n" % len(words)]
    parts += [b"$%d\r\n%b\r\n" % (len(word), word) for word in words]
    return b"".join(parts)


# One template filled at once: building the command word by word costs as much as sending it.
_FIELDS = (b"code", b"click", b"at", b"url", b"ip_hash", b"ua", b"link")
_COMMAND = (
    b"*%d\r\n" % (6 + 2 * len(_FIELDS))
    + _array([b"XADD", STREAM, b"MAXLEN", b"~", _MOST_KEPT, b"*"]).partition(b"\r\n")[2].replace(b"%", b"%%")
    + b"".join(b"$%d\r\n%b\r\n" % (len(name), name) + b"$%d\r\n%b\r\n" for name in _FIELDS)
)
