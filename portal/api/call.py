"""What a handler is given besides its parameters."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from distribution.privacy.encryption import Cipher


@dataclass(frozen=True, slots=True)
class Client:
    """Whose token the request carries."""

    token_id: UUID
    name: str
    source: str

    @property
    def actor(self) -> str:
        """The client as the audit log names it."""
        return f"token:{self.name}"


@dataclass(frozen=True, slots=True)
class Call:
    """One authenticated request inside its transaction; `now` is the database's clock, `cipher` seals secrets."""

    session: Session
    engine: Engine
    client: Client
    now: datetime
    cipher: Cipher
