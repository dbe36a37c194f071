"""What a run would pay each distributor, before it is opened or while it waits for approval; nothing is written."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from distribution.settings import program
from distribution.settlement import tax
from distribution.settlement.run import EVERY_EPOCH, next_run, without_smallest
from distribution.settlement.tables import SettlementRun
from distribution.settlement.totals import IS_LEFT, TOTALS, parameters

MOST_ROWS = 1_000_000


@dataclass(frozen=True, slots=True)
class PreviewRow:
    """What one distributor's statement would say; `left` where there would be none yet."""

    distributor_id: UUID
    name: str
    line_count: int
    accrued_minor: int
    reversed_minor: int
    total_minor: int
    left: bool
    available_before_minor: int
    debt_before_minor: int
    tax_minor: int

    @property
    def net_minor(self) -> int:
        """The total less the tax withheld."""
        return self.total_minor - self.tax_minor

    @property
    def available_after_minor(self) -> int:
        """What they could withdraw then."""
        return max(self._after_minor, 0)

    @property
    def debt_after_minor(self) -> int:
        """What they would owe then, ≤ 0."""
        return min(self._after_minor, 0)

    @property
    def _after_minor(self) -> int:
        moved = 0 if self.left else self.net_minor
        return self.available_before_minor + self.debt_before_minor + moved


@dataclass(frozen=True, slots=True)
class Preview:
    """A run as it would be, of one currency; `rows` are the first of all, the largest total first."""

    currency: str
    number: int
    cutoff_at: datetime
    rows: tuple[PreviewRow, ...]
    statement_count: int = 0
    line_count: int = 0
    credited_minor: int = 0
    debited_minor: int = 0
    left_count: int = 0
    left_minor: int = 0
    withheld_minor: int = 0


_ROWS = f"""
WITH total AS MATERIALIZED (
    SELECT total.*, coalesce({IS_LEFT}, false) AS is_left FROM ({TOTALS}) AS total
), taxed AS MATERIALIZED (
    {{taxes}}
), summed AS (
    SELECT count(*) FILTER (WHERE NOT is_left) AS statement_count,
        coalesce(sum(line_count) FILTER (WHERE NOT is_left), 0)::bigint AS line_count,
        coalesce(sum(total_minor) FILTER (WHERE NOT is_left AND total_minor > 0), 0)::bigint AS credited_minor,
        coalesce(-sum(total_minor) FILTER (WHERE total_minor < 0), 0)::bigint AS debited_minor,
        count(*) FILTER (WHERE is_left) AS left_count,
        coalesce(sum(total_minor) FILTER (WHERE is_left), 0)::bigint AS left_minor,
        coalesce((SELECT sum(tax_minor) FROM taxed), 0)::bigint AS withheld_minor
    FROM total
), first AS (
    SELECT * FROM total ORDER BY is_left, total_minor DESC, distributor_id LIMIT :limit
)
SELECT summed.*, first.distributor_id, coalesce(person.name, ''), first.line_count, accrued_minor, reversed_minor,
    total_minor, is_left, coalesce(available.balance_minor, 0), coalesce(debt.balance_minor, 0),
    coalesce(taxed.tax_minor, 0)
FROM summed LEFT JOIN first ON true
LEFT JOIN taxed ON taxed.distributor_id = first.distributor_id
LEFT JOIN distribution.distributors person ON person.id = first.distributor_id
LEFT JOIN LATERAL (
    SELECT balance_minor FROM distribution.accounts account
    JOIN distribution.balances balance ON balance.account_id = account.id
    WHERE account.distributor_id = first.distributor_id AND account.currency = :currency AND account.kind = 'available'
) AS available ON true
LEFT JOIN LATERAL (
    SELECT balance_minor FROM distribution.accounts account
    JOIN distribution.balances balance ON balance.account_id = account.id
    WHERE account.distributor_id = first.distributor_id AND account.currency = :currency AND account.kind = 'debt'
) AS debt ON true
ORDER BY is_left, total_minor DESC, distributor_id
"""
_OPEN = select(SettlementRun).where(SettlementRun.closed_at.is_(None))


def preview(
    session: Session,
    *,
    currency: str,
    now: datetime,
    until: datetime | None = None,
    everything: bool = False,
    limit: int = MOST_ROWS,
) -> Preview:
    """What settling a currency now would come to by the program's rules; what an open run does where there is one."""
    run = session.scalar(_OPEN.where(SettlementRun.currency == currency))
    if run is None:
        rules = without_smallest(program.read(session)) if everything else program.read(session)
        run = next_run(
            session, currency=currency, until=until or now, epoch=EVERY_EPOCH, now=now, program=rules
        )
    return preview_of(session, run, limit=limit)


def preview_of(session: Session, run: SettlementRun, *, limit: int = MOST_ROWS) -> Preview:
    """The same for a run that is open."""
    query, values = tax.taxes(run, "(SELECT * FROM total WHERE NOT is_left)")
    found = session.execute(
        text(_ROWS.format(taxes=query)), {**parameters(run), **values, "limit": limit}
    ).all()
    rows = tuple(PreviewRow(*row[7:]) for row in found if row[7] is not None)
    return Preview(run.currency, run.number, run.cutoff_at, rows, *found[0][:7])
