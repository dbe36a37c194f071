"""Column types used by every table."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from sqlalchemy import BigInteger, DateTime, Identity
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import mapped_column
from uuid_utils.compat import uuid7


def new_id() -> UUID:
    """A time-ordered identifier (UUID version 7) for what people and APIs refer to."""
    return uuid7()


PublicId = Annotated[UUID, mapped_column(primary_key=True, default=new_id)]
Key = Annotated[int, mapped_column(BigInteger, Identity(), primary_key=True)]
Minor = Annotated[int, mapped_column(BigInteger)]
UtcTime = Annotated[datetime, mapped_column(DateTime(timezone=True))]
JsonObject = Annotated[dict[str, Any], mapped_column(JSONB)]
