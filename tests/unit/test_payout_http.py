"""One request to a provider: certain whether it left, bounded in time and size."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import httpx
import pytest

from distribution.adapters.payout.http import LARGEST_ANSWER, NotReached, Reply, Unreadable, request
from distribution.adapters.payout.keys import long_key, short_key
from tests.faulty_servers import free_port


@contextmanager
def serving(behave: Callable[[socket.socket], None]) -> Iterator[str]:
    """A server that takes one connection, reads the request, and behaves like that."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            connection, _ = listening.accept()
            with connection:
                connection.recv(65_536)
                behave(connection)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}/"
        thread.join(10)


def test_a_silent_provider_is_no_answer_and_not_unreached() -> None:
    began = time.monotonic()
    with serving(lambda _: time.sleep(1.5)) as url, pytest.raises(httpx.ReadTimeout):
        request("POST", url, body=b"pay", seconds=0.3)
    assert time.monotonic() - began < 10


def test_nobody_there_is_unreached() -> None:
    with pytest.raises(NotReached):
        request("POST", f"http://127.0.0.1:{free_port()}/", body=b"pay")


def test_an_answer_that_breaks_off_may_have_been_carried_out() -> None:
    half = b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"
    with (
        serving(lambda connection: connection.sendall(half)) as url,
        pytest.raises(httpx.RemoteProtocolError),
    ):
        request("POST", url, body=b"pay")


def test_an_answer_too_large_to_be_one() -> None:
    def flood(connection: socket.socket) -> None:
        try:
            connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * (LARGEST_ANSWER + 200_000))
        except ConnectionError:
            return

    with serving(flood) as url, pytest.raises(Unreadable):
        request("GET", url)


def test_a_redirect_is_not_followed() -> None:
    moved = b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n"
    with serving(lambda connection: connection.sendall(moved)) as url:
        assert request("POST", url, body=b"pay").status == 302


@pytest.mark.parametrize("body", [b"<html>", b"[]", b"\xff"])
def test_only_objects_are_read(body: bytes) -> None:
    with pytest.raises(Unreadable):
        _ = Reply(200, {}, body).document


def test_keys_are_short_for_those_who_want_them_short() -> None:
    key = "withdrawal-0199a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b"
    assert short_key(key) == "0199a1b2c3d47e5f8a9b0c1d2e3f4a5b"
    assert long_key(short_key(key)) == key
    assert [long_key(other) for other in (None, 7, "x" * 32, "0199")] == [None] * 4
