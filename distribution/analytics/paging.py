"""Pages of a list by cursor: the last row seen, so that a page costs the same however far down it is."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Generic, TypeVar

from distribution.errors import InvalidInput

Row = TypeVar("Row")
_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Cursor:
    """The last row of a page: its time, and its id for rows of the same time."""

    at: datetime
    id: str

    def text(self) -> str:
        """The cursor as it stands in an address."""
        raw = f"{self.at.astimezone(UTC).isoformat()}|{self.id}".encode()
        return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()

    @classmethod
    def parse(cls, text: str | None) -> Cursor | None:
        """The cursor of an address, None of nothing; raises InvalidInput for what is none."""
        if not text:
            return None
        try:
            raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode()
            moment, separator, key = raw.partition("|")
            at = datetime.fromisoformat(moment)
        except (ValueError, binascii.Error):
            raise InvalidInput("this is no place in the list", field="after") from None
        if not separator or at.tzinfo is None or at < _BEGINNING:
            raise InvalidInput("this is no place in the list", field="after")
        return cls(at, key)


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """Some rows of a list, and where the next page begins, if there is one."""

    items: tuple[Row, ...]
    next: Cursor | None


def cut(rows: Sequence[Row], more: bool, cursor: Callable[[Row], Cursor]) -> Page[Row]:
    """A page of `rows`; `more` says that the list goes on after them."""
    return Page(tuple(rows), cursor(rows[-1]) if more and rows else None)
