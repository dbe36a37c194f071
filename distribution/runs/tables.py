"""One row a recurring job."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import DateTime, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from distribution.db.base import Base
from distribution.db.types import JsonObject, UtcTime


class JobRun(Base):
    """What is known of a job: `good_at` is when the last good run had begun, `failures` how many failed since."""

    __tablename__ = "job_runs"

    name: Mapped[str] = mapped_column(Text, primary_key=True)
    started_at: Mapped[UtcTime]
    finished_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    good_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    failures: Mapped[int] = mapped_column(server_default=text("0"))
    last_error: Mapped[str | None] = mapped_column(Text)
    facts: Mapped[JsonObject] = mapped_column(server_default=text("'{}'"))
