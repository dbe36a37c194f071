"""Where a page of a list ends, as an opaque text for the client to come back with."""

from __future__ import annotations

import base64
from collections.abc import Callable, Sequence
from typing import Annotated, TypeVar
from uuid import UUID

from pydantic import Field

from portal.api.types import QueryNumber, Request

Row = TypeVar("Row")
NextCursor = Annotated[
    str | None, Field(description="What to give as `cursor` for the next page; null on the last")
]


class PageQuery(Request):
    """Which page of a list."""

    limit: Annotated[int, Field(ge=1, le=100, description="Most items to answer"), QueryNumber] = 50
    # Any such text is a place in every list: 128 bits in URL-safe base64.
    cursor: Annotated[
        str | None, Field(pattern="^([A-Za-z0-9_-]{22})?$", description="`next_cursor` of the page before")
    ] = None

    def after_id(self) -> UUID | None:
        """The id the last page ended with."""
        return UUID(bytes=_opened(self.cursor)) if self.cursor else None

    def after_number(self) -> int | None:
        """The number the last page ended with."""
        return int.from_bytes(_opened(self.cursor)[8:]) >> 1 if self.cursor else None


def page_of(
    rows: Sequence[Row], limit: int, key: Callable[[Row], UUID | int]
) -> tuple[Sequence[Row], str | None]:
    """The first `limit` of the rows, of which one more was asked for, and the cursor to what follows them."""
    page = rows[:limit]
    if len(rows) <= limit:
        return page, None
    last = key(page[-1])
    place = last.bytes if isinstance(last, UUID) else (last << 1).to_bytes(16)
    return page, base64.urlsafe_b64encode(place).decode().rstrip("=")


def _opened(cursor: str) -> bytes:
    return base64.urlsafe_b64decode(cursor + "==")
