"""What a handler is given besides its parameters."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from distribution.privacy.encryption import Cipher
from distribution.settings import tokens


@dataclass(frozen=True, slots=True)
class Client:
    """Whose token the request carries."""

    token_id: UUID
    name: str
    source: str
    scopes: frozenset[str]

    @property
    def actor(self) -> str:
        """The client as the audit log names it."""
        return f"token:{self.name}"

    @property
    def sees_people(self) -> bool:
        """Whether it may read distributors' names and e-mail addresses in clear."""
        return tokens.may(self.scopes, tokens.PEOPLE)

    def source_of(self, asked: str | None) -> str:
        """Whose order is meant: its own source, or another one that was named; raises ScopeMissing for that."""
        if asked is None or asked == self.source:
            return self.source
        tokens.demand(self.scopes, "money:write")
        return asked


@dataclass(frozen=True, slots=True)
class Call:
    """One authenticated request inside its transaction; `now` is the database's clock, `cipher` seals secrets."""

    session: Session
    engine: Engine
    client: Client
    now: datetime
    cipher: Cipher
