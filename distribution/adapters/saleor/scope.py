"""Which of the shop's orders a comparison covers, and how Saleor is asked for them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

Kind = Literal["changed", "placed", "everything"]


@dataclass(frozen=True, slots=True)
class Scope:
    """Orders changed since a moment, those placed in a time (`until` itself is outside), or all there are.

    Drafts are never among them.
    """

    kind: Kind
    since: datetime | None = None
    until: datetime | None = None

    def where(self) -> dict[str, Any] | None:
        """The filter of Saleor 3.22 and newer."""
        if self.since is None:
            return None
        if self.kind == "placed":
            return {"createdAt": self._bounds(datetime.isoformat)}
        moment = {"gte": self.since.isoformat()}
        # `updatedAt` alone misses second fulfilments and returns, expiry, replacements.
        return {"OR": [{"updatedAt": moment}, {"events": [{"date": moment}]}]}

    def filter(self) -> dict[str, Any] | None:
        """The same for older ones: whole days, and changes that `updatedAt` misses are left to the nightly audit."""
        if self.since is None:
            return None
        if self.kind == "placed":
            return {"created": self._bounds(_day)}
        return {"updatedAt": {"gte": self.since.isoformat()}}

    def covers(self, placed_at: datetime) -> bool:
        """Whether an order placed then belongs to it; whole days bring more than was asked for."""
        if self.kind != "placed" or self.since is None:
            return True
        return self.since <= placed_at and (self.until is None or placed_at < self.until)

    def _bounds(self, written: Callable[[datetime], str]) -> dict[str, str]:
        assert self.since is not None
        bounds = {"gte": written(self.since)}
        return bounds if self.until is None else bounds | {"lte": written(self.until)}


EVERYTHING = Scope("everything")


def _day(moment: datetime) -> str:
    """The day in Saleor's time zone, which is UTC."""
    return moment.astimezone(UTC).date().isoformat()
