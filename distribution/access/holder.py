"""Whose login it is."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Holder:
    """A person who logs in: `kind` is "distributor" or "merchant"; the rest is what a mail to them needs."""

    kind: str
    id: UUID
    name: str
    email: str
    locale: str | None

    @property
    def actor(self) -> str:
        """How the audit log names them."""
        return f"{self.kind}:{self.id}"
