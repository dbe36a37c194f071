"""What a year came to for the tax office: of everybody, or of one distributor."""

from __future__ import annotations

from collections.abc import Sequence
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

    @property
    def net_minor(self) -> int:
        """What of it became theirs."""
        return self.total_minor - self.tax_minor


@dataclass(frozen=True, slots=True)
class YearSum:
    """What a year came to for everybody in one currency and one country."""

    currency: str
    country: str | None
    distributor_count: int
    total_minor: int
    tax_minor: int

    @property
    def net_minor(self) -> int:
        """What of it became the distributors'."""
        return self.total_minor - self.tax_minor


# A hundred thousand people are added up in memory.
_ROOM = text("SELECT set_config('work_mem', '64MB', true)")
# Names of the totals, profiles of those that are shown: nobody's is looked up for each of their statements.
_YEARS = text("""
WITH totals AS (
    SELECT tax_year, distributor_id, currency, tax_country, count(*) AS statement_count,
        sum(accrued_minor)::bigint AS accrued_minor, sum(reversed_minor)::bigint AS reversed_minor,
        sum(total_minor)::bigint AS total_minor, sum(tax_minor)::bigint AS tax_minor
    FROM distribution.statements
    WHERE (CAST(:year AS integer) IS NULL OR tax_year = :year)
        AND (CAST(:distributor_id AS uuid) IS NULL OR distributor_id = :distributor_id)
        AND (CAST(:distributor_ids AS uuid[]) IS NULL OR distributor_id = ANY(:distributor_ids))
    GROUP BY tax_year, distributor_id, currency, tax_country
), shown AS (
    SELECT totals.*, coalesce(person.name, '') AS name
    FROM totals LEFT JOIN distribution.distributors person ON person.id = distributor_id
    ORDER BY tax_year DESC, name, distributor_id, currency, tax_country NULLS FIRST LIMIT :limit
)
SELECT tax_year, shown.distributor_id, name, currency, tax_country, profile.recipient, profile.tax_id_label,
    statement_count, accrued_minor, reversed_minor, total_minor, tax_minor
FROM shown LEFT JOIN LATERAL (
    SELECT recipient, tax_id_label FROM distribution.tax_profiles
    WHERE distributor_id = shown.distributor_id ORDER BY number DESC LIMIT 1
) AS profile ON true
ORDER BY tax_year DESC, name, shown.distributor_id, currency, tax_country NULLS FIRST
""")


_SUMS = text("""
SELECT currency, tax_country, count(DISTINCT distributor_id), sum(total_minor)::bigint, sum(tax_minor)::bigint
FROM distribution.statements WHERE tax_year = :year
GROUP BY currency, tax_country ORDER BY currency, tax_country NULLS FIRST
""")
_PAGE = text("""
SELECT DISTINCT distributor_id FROM distribution.statements
WHERE tax_year = :year AND (CAST(:after AS uuid) IS NULL OR distributor_id > :after)
ORDER BY distributor_id LIMIT :limit
""")


def year_totals(
    session: Session,
    *,
    year: int | None = None,
    distributor_id: UUID | None = None,
    distributor_ids: Sequence[UUID] | None = None,
    limit: int = 1_000_000,
) -> list[YearTotal]:
    """The totals of a year, or of all; the newest year first, then by name."""
    values = {
        "year": year,
        "distributor_id": distributor_id,
        "distributor_ids": None if distributor_ids is None else list(distributor_ids),
        "limit": limit,
    }
    session.execute(_ROOM)
    return [YearTotal(*row) for row in session.execute(_YEARS, values)]


def year_sums(session: Session, year: int) -> list[YearSum]:
    """What a year came to by currency and country."""
    return [YearSum(*row) for row in session.execute(_SUMS, {"year": year})]


def paid_in(session: Session, year: int, *, after: UUID | None = None, limit: int) -> list[UUID]:
    """Who has a statement of a year, in the order of their ids; `after` is the last one of the page before."""
    return list(session.scalars(_PAGE, {"year": year, "after": after, "limit": limit}))


def years(session: Session) -> list[int]:
    """The years somebody has a statement of, the newest first."""
    query = "SELECT DISTINCT tax_year FROM distribution.settlement_runs WHERE closed_at IS NOT NULL ORDER BY 1 DESC"
    return list(session.scalars(text(query)))
