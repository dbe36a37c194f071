"""One HTTP request to a provider: never repeated, bounded in time and size, certain about whether it left."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import httpx

SECONDS = 20.0
LARGEST_ANSWER = 1024 * 1024


class NotReached(ConnectionError):
    """No connection was made: what was to be sent never left."""


class Unreadable(ValueError):
    """An answer that is no JSON object, or larger than any the provider documents."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What the provider answered; names of headers are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def document(self) -> dict[str, Any]:
        """The JSON object in the body; raises Unreadable."""
        try:
            found = json.loads(self.body or b"{}")
        except ValueError as error:
            raise Unreadable(f"the answer ({self.status}) is no JSON") from error
        if not isinstance(found, dict):
            raise Unreadable(f"the answer ({self.status}) is no JSON object")
        return found


def request(
    method: str,
    url: str,
    *,
    headers: Mapping[str, str] | None = None,
    body: bytes | None = None,
    seconds: float = SECONDS,
) -> Reply:
    """Send it once, over a connection of its own: an idle one that breaks would leave open what became of an order.

    Raises NotReached, Unreadable, or httpx's errors for everything after which the provider may have it.
    """
    try:
        with (
            httpx.Client(timeout=seconds, follow_redirects=False) as client,
            client.stream(method, url, headers=dict(headers or {}), content=body) as response,
        ):
            chunks, size = [], 0
            for chunk in response.iter_bytes():
                size += len(chunk)
                if size > LARGEST_ANSWER:
                    raise Unreadable(f"the answer is larger than {LARGEST_ANSWER} bytes")
                chunks.append(chunk)
            names = {name.lower(): value for name, value in response.headers.items()}
            return Reply(response.status_code, names, b"".join(chunks))
    except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol) as error:
        raise NotReached(f"{type(error).__name__}: {error}") from error
