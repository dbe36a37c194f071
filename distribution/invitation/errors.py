"""Why invitations are not sent."""

from __future__ import annotations

from typing import ClassVar

from distribution.errors import Conflict


class TooManyInvitations(Conflict):
    """More invitations than the program sends in a day; `left` may still be sent."""

    code: ClassVar[str] = "too_many_invitations"

    def __init__(self, *, limit: int, left: int) -> None:
        super().__init__(
            f"{limit} invitations are sent in a day at most", field="addresses", limit=limit, left=left
        )
