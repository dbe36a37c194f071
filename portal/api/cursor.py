"""Where a page of a list ends, as an opaque text for the client to come back with."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Sequence
from typing import Annotated, TypeVar
from uuid import UUID

from pydantic import Field

from distribution.errors import InvalidInput
from portal.api.types import QueryNumber, Request

Row = TypeVar("Row")
NextCursor = Annotated[
    str | None, Field(description="What to give as `cursor` for the next page; null on the last")
]


class PageQuery(Request):
    """Which page of a list."""

    limit: Annotated[int, Field(ge=1, le=100, description="Most items to answer"), QueryNumber] = 50
    cursor: Annotated[
        str, Field(max_length=200, pattern="^[A-Za-z0-9_-]*$", description="`next_cursor` of the page before")
    ] = ""

    def after_id(self) -> UUID | None:
        """The id the last page ended with."""
        try:
            return UUID(_opened(self.cursor)) if self.cursor else None
        except ValueError:
            raise _unknown() from None

    def after_number(self) -> int | None:
        """The number the last page ended with."""
        try:
            return int(_opened(self.cursor)) % 2**63 if self.cursor else None
        except ValueError:
            raise _unknown() from None


def page_of(
    rows: Sequence[Row], limit: int, key: Callable[[Row], object]
) -> tuple[Sequence[Row], str | None]:
    """The first `limit` of the rows, of which one more was asked for, and the cursor to what follows them."""
    page = rows[:limit]
    if len(rows) <= limit:
        return page, None
    return page, base64.urlsafe_b64encode(str(key(page[-1])).encode()).decode().rstrip("=")


def _opened(cursor: str) -> str:
    try:
        return base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode("ascii")
    except (binascii.Error, UnicodeDecodeError):
        raise _unknown() from None


def _unknown() -> InvalidInput:
    return InvalidInput("cursor: is not one that a page of this list ended with", field="cursor")
