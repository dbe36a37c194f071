"""Transfers of some days as they take effect, read as a stream."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import DateTime, bindparam, text
from sqlalchemy.orm import Session

from distribution.ledger.chart import full_name

_STEP = 2_000
_TRANSFERS = text("""
SELECT transfer.id, transfer.effective_at, transfer.recorded_at, transfer.kind, transfer.document_type,
    transfer.document_id, transfer.currency, transfer.amount_minor,
    debit.id, debit.kind, debit.distributor_id, credit.id, credit.kind, credit.distributor_id
FROM distribution.transfers AS transfer
JOIN distribution.accounts AS debit ON debit.id = transfer.debit_account_id
JOIN distribution.accounts AS credit ON credit.id = transfer.credit_account_id
WHERE transfer.effective_at >= coalesce(:begins_at, '-infinity')
    AND transfer.effective_at < coalesce(:ends_at, 'infinity')
ORDER BY transfer.effective_at, transfer.id
""").bindparams(bindparam("begins_at", type_=DateTime(True)), bindparam("ends_at", type_=DateTime(True)))


@dataclass(frozen=True, slots=True)
class Days:
    """From the first day to the last, both with all their hours in `zone`; None is without end."""

    zone: ZoneInfo
    first: date | None = None
    last: date | None = None

    @property
    def begins_at(self) -> datetime | None:
        return None if self.first is None else self.start_of(self.first)

    @property
    def ends_at(self) -> datetime | None:
        return None if self.last is None else self.start_of(self.last + timedelta(days=1))

    def start_of(self, day: date) -> datetime:
        """The first moment of a day."""
        return datetime.combine(day, time(), self.zone)

    def day_of(self, at: datetime) -> date:
        """The day a moment belongs to."""
        return at.astimezone(self.zone).date()


@dataclass(frozen=True, slots=True)
class TransferRow:
    """One transfer with its accounts, for exports."""

    id: int
    effective_at: datetime
    recorded_at: datetime
    kind: str
    document_type: str
    document_id: UUID
    currency: str
    amount_minor: int
    debit_id: int
    debit_kind: str
    debit_distributor_id: UUID | None
    credit_id: int
    credit_kind: str
    credit_distributor_id: UUID | None

    @property
    def debit_name(self) -> str:
        return full_name(self.debit_kind, self.debit_distributor_id)

    @property
    def credit_name(self) -> str:
        return full_name(self.credit_kind, self.credit_distributor_id)


def transfers(session: Session, days: Days) -> Iterator[TransferRow]:
    """The transfers that take effect in these days, in the order in which they do."""
    rows = session.execute(
        _TRANSFERS,
        {"begins_at": days.begins_at, "ends_at": days.ends_at},
        execution_options={"yield_per": _STEP},
    )
    for row in rows:
        yield TransferRow(*row)
