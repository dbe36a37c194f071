"""Fetches a picture: so many bytes, so many seconds, so many redirects, each looked at like the first address."""

from __future__ import annotations

import time
from urllib.parse import urljoin, urlsplit

import httpx

from distribution.adapters.pictures.hosts import Hosts
from distribution.media.picture import LARGEST_BYTES

LONGEST_SECONDS = 6.0
MOST_REDIRECTS = 3
_REDIRECTS = frozenset({301, 302, 303, 307, 308})


class FetchRefused(Exception):
    """The picture was not to be had, or was not to be asked for; the message says why."""


def fetch(
    address: str,
    hosts: Hosts,
    *,
    longest_seconds: float = LONGEST_SECONDS,
    transport: httpx.BaseTransport | None = None,
) -> bytes:
    """What lies under the address; raises FetchRefused."""
    deadline = time.monotonic() + longest_seconds
    with httpx.Client(transport=transport, trust_env=False, timeout=longest_seconds / 2) as client:
        for _ in range(MOST_REDIRECTS + 1):
            answer = _ask(client, address, hosts, deadline)
            if isinstance(answer, bytes):
                return answer
            address = urljoin(address, answer)
    raise FetchRefused("it is redirected too often")


def _ask(client: httpx.Client, address: str, hosts: Hosts, deadline: float) -> bytes | str:
    """The content, or where it is instead."""
    to = hosts.destination(address)
    if to is None:
        raise FetchRefused(f"pictures of {urlsplit(address).hostname} are not fetched")
    url = httpx.URL(address)
    request = client.build_request(
        "GET",
        url.copy_with(host=to),
        headers={"Host": url.netloc.decode(), "Accept": "image/webp,image/png,image/jpeg"},
        extensions={"sni_hostname": url.host} if to != url.host else {},
    )
    try:
        answer = client.send(request, stream=True)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise FetchRefused(type(error).__name__) from error
    try:
        if answer.status_code in _REDIRECTS and "location" in answer.headers:
            return str(answer.headers["location"])
        if answer.status_code != 200:
            raise FetchRefused(f"the answer was {answer.status_code}")
        return _body(answer, deadline)
    except httpx.HTTPError as error:
        raise FetchRefused(type(error).__name__) from error
    finally:
        answer.close()


def _body(answer: httpx.Response, deadline: float) -> bytes:
    content = bytearray()
    for part in answer.iter_bytes():
        content += part
        if len(content) > LARGEST_BYTES:
            raise FetchRefused("it is too large")
        if time.monotonic() > deadline:
            raise FetchRefused("it takes too long")
    return bytes(content)
