"""What a year came to for the tax office: of everybody, or of one distributor."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True)
class YearTotal:
    """What one distributor was credited in a year, one currency and one country, and what was withheld of it.

    `total_minor` is `accrued_minor` + `reversed_minor`.
    """

    year: int
    distributor_id: UUID
    name: str
    currency: str
    country: str | None
    recipient: str | None
    tax_id_label: str | None
    statement_count: int
    accrued_minor: int
    reversed_minor: int
    total_minor: int
    tax_minor: int


_YEARS = text("""
SELECT statement.tax_year, statement.distributor_id, coalesce(person.name, ''), statement.currency,
    statement.tax_country, profile.recipient, profile.tax_id_label, count(*),
    sum(accrued_minor)::bigint, sum(reversed_minor)::bigint, sum(total_minor)::bigint, sum(tax_minor)::bigint
FROM distribution.statements statement
LEFT JOIN distribution.distributors person ON person.id = statement.distributor_id
LEFT JOIN LATERAL (
    SELECT recipient, tax_id_label FROM distribution.tax_profiles
    WHERE distributor_id = statement.distributor_id ORDER BY number DESC LIMIT 1
) AS profile ON true
WHERE (CAST(:year AS integer) IS NULL OR statement.tax_year = :year)
    AND (CAST(:distributor_id AS uuid) IS NULL OR statement.distributor_id = :distributor_id)
GROUP BY statement.tax_year, statement.distributor_id, person.name, statement.currency, statement.tax_country,
    profile.recipient, profile.tax_id_label
ORDER BY statement.tax_year DESC, coalesce(person.name, ''), statement.distributor_id, statement.currency,
    statement.tax_country NULLS FIRST
LIMIT :limit
""")


def year_totals(
    session: Session, *, year: int | None = None, distributor_id: UUID | None = None, limit: int = 1_000_000
) -> list[YearTotal]:
    """The totals of a year, or of all; the newest year first, then by name."""
    values = {"year": year, "distributor_id": distributor_id, "limit": limit}
    return [YearTotal(*row) for row in session.execute(_YEARS, values)]


def years(session: Session) -> list[int]:
    """The years somebody has a statement of, the newest first."""
    query = "SELECT DISTINCT tax_year FROM distribution.settlement_runs WHERE closed_at IS NOT NULL ORDER BY 1 DESC"
    return list(session.scalars(text(query)))
