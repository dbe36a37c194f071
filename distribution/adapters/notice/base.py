"""What a channel of a third party is: a class to derive from, named by an entry point."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from distribution.adapters.payout.payee import Words, words
from distribution.adapters.payout.variables import PayoutVariable, WrongValue
from distribution.errors import InvalidInput

__all__ = [
    "ChannelVariable",
    "InvalidInput",
    "Message",
    "NoticeChannel",
    "Unreachable",
    "Words",
    "WrongValue",
    "words",
]

ChannelVariable = PayoutVariable
"""A variable of the environment, `DISTRIBUTION_NOTICE_<CHANNEL>_<NAME>`."""


class Unreachable(Exception):
    """Nobody is reached at this address any more: it is forgotten, and the reader may connect anew."""


@dataclass(frozen=True, slots=True)
class Message:
    """One thing to tell one person, in their words.

    `key` is the same however often it is delivered. `kind` and `topic` are the names of docs/notices.md; `url` leads
    into the portal, empty for nowhere.
    """

    key: str
    address: str
    name: str
    language: str
    program: str
    kind: str
    topic: str
    title: str
    text: str
    action: str
    url: str


class NoticeChannel(ABC):
    """Carries messages one way; made with the checked values of its `variables`."""

    title: ClassVar[Words] = {}
    """What people call it."""

    address_label: ClassVar[Words] = {}
    """What they enter to be reached by it."""

    address_hint: ClassVar[Words] = {}
    """Where they find that."""

    asks_proof: ClassVar[bool] = False
    """Whether an address is used only after a code that was sent there, by this channel, was entered: for addresses
    that somebody could enter of somebody else."""

    variables: ClassVar[tuple[ChannelVariable, ...]] = ()
    """What it must be told by the environment; a channel all of whose variables have defaults is always there."""

    def __init__(self, settings: Mapping[str, Any] | None = None) -> None:
        self.settings: dict[str, Any] = {each.name: each.default for each in self.variables} | dict(
            settings or {}
        )

    @abstractmethod
    def address(self, given: str) -> str:
        """What is kept, encrypted, of what somebody entered; raises InvalidInput."""

    def label(self, address: str) -> str:
        """What they see of it afterwards."""
        return f"•••• {address[-4:]}"

    @abstractmethod
    def send(self, message: Message) -> None:
        """Deliver it. Raises Unreachable when nobody is there, anything else to be tried again later."""
