"""Every check of what statements withheld, worked out again bracket by bracket in code of its own, and of invoices."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from distribution.ledger.difference import Difference, differences

_BATCH = 5_000
_WITHHELD = text("""
SELECT statement.id, statement.distributor_id, statement.currency, statement.tax_year, statement.tax_country,
    statement.total_minor, statement.tax_minor, statement.year_total_minor, statement.year_tax_minor,
    run.id AS run_id, run.tax, coalesce(profile.recipient, 'person') AS recipient,
    profile.tax_id_label IS NOT NULL AS has_tax_id
FROM distribution.statements statement
JOIN distribution.settlement_runs run ON run.id = statement.run_id
LEFT JOIN distribution.tax_profiles profile ON profile.number = statement.tax_profile_number
WHERE run.tax IS NOT NULL OR statement.tax_minor <> 0 OR year_total_minor IS NOT NULL
ORDER BY statement.distributor_id, statement.currency, statement.number
""")
_CHECKS = {
    "a statement is of the year of its run": (
        "statements",
        """
        SELECT statement.id, run.tax_year, statement.tax_year
        FROM distribution.statements statement JOIN distribution.settlement_runs run ON run.id = statement.run_id
        WHERE statement.tax_year <> run.tax_year
        """,
    ),
    "a statement uses what its distributor said last before its run": (
        "statements",
        """
        SELECT statement.id, concat_ws(', ', said.number, said.country),
            concat_ws(', ', statement.tax_profile_number, statement.tax_country)
        FROM distribution.statements statement
        JOIN distribution.settlement_runs run ON run.id = statement.run_id AND run.tax IS NOT NULL
        LEFT JOIN LATERAL (
            SELECT number, country FROM distribution.tax_profiles profile
            WHERE profile.distributor_id = statement.distributor_id AND profile.recorded_at <= run.opened_at
            ORDER BY number DESC LIMIT 1
        ) AS said ON true
        WHERE (statement.tax_profile_number, statement.tax_country) IS DISTINCT FROM (said.number, said.country)
        """,
    ),
    "the invoices of a series are numbered without gaps": (
        "statements",
        """
        SELECT invoice_series, '1 to ' || count(*), min(invoice_number) || ' to ' || max(invoice_number)
        FROM distribution.statements WHERE invoice_series IS NOT NULL
        GROUP BY invoice_series
        HAVING min(invoice_number) <> 1 OR max(invoice_number) <> count(*)
            OR count(DISTINCT invoice_number) <> count(*)
        """,
    ),
    "a statement is an invoice where its distributor agreed and it comes to something": (
        "statements",
        """
        SELECT id, due, written
        FROM (
            SELECT statement.id,
                CASE WHEN (invoice_series IS NULL) = (invoice_number IS NULL)
                    THEN coalesce(invoice_series, 'no invoice')
                    ELSE concat_ws(' ', 'half an invoice', invoice_series, invoice_number) END AS written,
                CASE WHEN run.tax ->> 'invoice_prefix' IS NOT NULL AND profile.self_billing AND total_minor <> 0
                    THEN concat(run.tax ->> 'invoice_prefix', '-', run.tax_year) ELSE 'no invoice' END AS due
            FROM distribution.statements statement
            JOIN distribution.settlement_runs run ON run.id = statement.run_id
            LEFT JOIN distribution.tax_profiles profile ON profile.number = statement.tax_profile_number
        ) AS invoiced
        WHERE due <> written
        """,
    ),
    "a statement knows the adjustments there were by then": (
        "statements",
        """
        SELECT statement.id, 'the sum of the first adjustments', adjusted_to_date_minor
        FROM distribution.statements statement
        WHERE adjusted_to_date_minor <> 0 AND NOT EXISTS (
            SELECT FROM (
                SELECT sum(amount_minor) OVER (ORDER BY decision.number) AS sum_minor
                FROM distribution.adjustments adjustment
                JOIN distribution.adjustment_decisions decision ON decision.adjustment_id = adjustment.id
                WHERE decision = 'approved' AND adjustment.distributor_id = statement.distributor_id
                    AND adjustment.currency = statement.currency
            ) AS posted
            WHERE posted.sum_minor = adjusted_to_date_minor
        )
        """,
    ),
    "the details of a tax profile are kept": (
        "tax_profiles",
        """
        SELECT profile.number, 'details', 'none' FROM distribution.tax_profiles profile
        LEFT JOIN distribution.tax_details details ON details.profile_number = profile.number
        WHERE details.profile_number IS NULL
        """,
    ),
}
_NAME = "a statement withholds what the rules of its run say"


def proof(session: Session) -> Iterator[Difference]:
    """Each difference between statements, their runs' rules, what distributors said, and adjustments."""
    yield from differences(session, _CHECKS)
    years: dict[tuple[Any, ...], tuple[int, int]] = {}
    of: tuple[Any, ...] | None = None
    for row in session.execute(_WITHHELD, execution_options={"yield_per": _BATCH}):
        if of != (row.distributor_id, row.currency):
            of, years = (row.distributor_id, row.currency), {}
        year = (row.tax_year, row.tax_country)
        due = _due(row, *years.get(year, (0, 0)))
        found = (row.tax_minor, row.year_total_minor, row.year_tax_minor)
        if due != found:
            yield Difference(_NAME, "statements", str(row.id), str(due), str(found))
        if row.year_total_minor is not None:
            years[year] = (row.year_total_minor, row.year_tax_minor)


def _due(row: Any, before_minor: int, withheld_minor: int) -> tuple[int, int | None, int | None]:
    """What a statement withholds, and what its year comes to with it."""
    rules = [
        rule
        for rule in (row.tax or {}).get("withholding", ())
        if rule.get("currency") in (None, row.currency)
    ]
    if not rules:
        return 0, None, None
    after_minor = before_minor + row.total_minor
    held = [rule for rule in rules if _holds(rule, row)]
    tax_minor = 0
    if held:
        closest = max(held, key=_closeness)
        tax_minor = _tax(closest["brackets"], after_minor) - _tax(closest["brackets"], before_minor)
        tax_minor = max(tax_minor, -withheld_minor)
    return tax_minor, after_minor, withheld_minor + tax_minor


def _holds(rule: dict[str, Any], row: Any) -> bool:
    is_like = {
        "country": row.tax_country,
        "recipients": row.recipient,
        "tax_id": "given" if row.has_tax_id else "missing",
    }
    return all(rule.get(name, said) == said for name, said in is_like.items())


def _closeness(rule: dict[str, Any]) -> list[bool]:
    return [name in rule for name in ("country", "recipients", "tax_id", "currency")]


def _tax(brackets: list[dict[str, Any]], total_minor: int) -> int:
    """From the top down: what lies above a bracket's beginning, at its rate, then the rest."""
    owed, left = Fraction(0), max(0, total_minor)
    for bracket in reversed(brackets):
        above = max(0, left - bracket.get("from_minor", 0))
        owed += Fraction(above * bracket["bps"], 10_000)
        left -= above
    return int(owed)
