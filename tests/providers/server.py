"""What every provider's server has in common: it counts what it paid, and fails as told."""

from __future__ import annotations

import socket
import struct
import threading
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeVar

from tests.serving import Handler, serving

Kind = TypeVar("Kind", bound="Provider")


class Fault(StrEnum):
    """How one request goes wrong."""

    LOST = "the request never arrives"
    SILENT = "it is carried out, the answer never arrives"
    BROKEN = "answered by 500, not carried out"
    BROKEN_AFTER = "answered by 502, carried out"
    BUSY = "answered by 429, not carried out"
    GARBLED = "carried out, the answer is no answer"


@dataclass(frozen=True)
class Asked:
    """A request as it came."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True)
class Said:
    """An answer as it leaves."""

    status: int
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)


class Provider(ABC):
    """A provider's side: `paid` has an entry for each time money left for a key."""

    def __init__(self) -> None:
        self.url = ""
        self.paid: list[tuple[str, int]] = []
        self.asked: list[Asked] = []
        self.faults: list[Fault] = []
        """One is taken by each request that orders something."""

    @abstractmethod
    def orders(self, asked: Asked) -> bool:
        """Whether this request orders a payment."""

    @abstractmethod
    def answer(self, asked: Asked) -> Said:
        """Carry a request out."""

    def busy(self) -> Said:
        """What it answers when asked too often."""
        return Said(429, b"{}")

    def times_paid(self, key: str) -> int:
        """How often money left for this key."""
        return sum(each == key for each, _ in self.paid)


def _hang_up(connection: socket.socket) -> None:
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


@contextmanager
def running(provider: Kind) -> Iterator[Kind]:
    """The provider at a free port of this machine, until the block ends."""
    turn = threading.Lock()

    class Asking(Handler):
        def do_GET(self) -> None:
            self._handle()

        def do_POST(self) -> None:
            self._handle()

        def _handle(self) -> None:
            body = self.asked()
            names = {name.lower(): value for name, value in self.headers.items()}
            asked = Asked(self.command, self.path, names, body)
            with turn:
                provider.asked.append(asked)
                fault = provider.faults.pop(0) if provider.faults and provider.orders(asked) else None
                said = _faulty(provider, asked, fault)
            if said is None:
                self.close_connection = True
                _hang_up(self.connection)
                return
            self.reply(said.body, status=said.status, **said.headers)

    with serving(Asking) as url:
        provider.url = url
        yield provider


def _faulty(provider: Provider, asked: Asked, fault: Fault | None) -> Said | None:
    if fault is Fault.LOST:
        return None
    if fault is Fault.BROKEN:
        return Said(500, b"<html>out of order</html>")
    if fault is Fault.BUSY:
        return provider.busy()
    said = provider.answer(asked)
    match fault:
        case Fault.SILENT:
            return None
        case Fault.BROKEN_AFTER:
            return Said(502, b"<html>bad gateway</html>")
        case Fault.GARBLED:
            return Said(200, b"<html>maintenance</html>")
    return said
