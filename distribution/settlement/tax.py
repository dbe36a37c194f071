"""What the statements of a run withhold, and which of them are invoices: by the rules fixed with the run."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import text
from sqlalchemy.orm import Session

from distribution.settings.document import ProgramSettings
from distribution.settings.tax import TaxRules
from distribution.settlement.tables import SettlementRun
from distribution.tax.withholding import in_order

# What a distributor said last before the run was opened counts, so that a run closed again finds the same.
_PROFILES = """
SELECT totals.distributor_id, total_minor, profile.number AS profile_number, profile.country,
    coalesce(profile.recipient, 'person') AS recipient,
    CASE WHEN profile.tax_id_label IS NULL THEN 'missing' ELSE 'given' END AS tax_id,
    coalesce(profile.self_billing, false) AS self_billing
FROM settlement_totals totals
LEFT JOIN LATERAL (
    SELECT number, country, recipient, tax_id_label, self_billing FROM distribution.tax_profiles
    WHERE distributor_id = totals.distributor_id AND recorded_at <= :opened_at
    ORDER BY number DESC LIMIT 1
) AS profile ON true
"""
# tax(before + total) - tax(before), each rounded down once: `distribution.tax.withholding` says the same in Python.
_TAX = """
SELECT floor(sum(
    greatest(0, least(coalesce(to_minor, {total}), {total}) - from_minor)::numeric * bps
) / 10000)::bigint
FROM brackets WHERE brackets.place = rule.place
"""
_TAXES = f"""
WITH rules AS (
    SELECT * FROM jsonb_to_recordset(CAST(:rules AS jsonb))
        AS rule (place integer, country text, recipients text, tax_id text)
), brackets AS (
    SELECT * FROM jsonb_to_recordset(CAST(:brackets AS jsonb))
        AS bracket (place integer, from_minor bigint, to_minor bigint, bps integer)
)
SELECT about.distributor_id, profile_number, about.country, self_billing,
    CASE WHEN :withholds THEN coalesce(withheld.tax_minor, 0) END AS tax_minor,
    CASE WHEN :withholds THEN coalesce(year.total_minor, 0) + about.total_minor END AS year_total_minor,
    CASE WHEN :withholds THEN coalesce(year.tax_minor, 0) + coalesce(withheld.tax_minor, 0) END AS year_tax_minor
FROM ({_PROFILES}) AS about
LEFT JOIN LATERAL (
    SELECT year_total_minor AS total_minor, year_tax_minor AS tax_minor
    FROM distribution.statements statement
    WHERE statement.distributor_id = about.distributor_id AND statement.currency = :currency
        AND statement.tax_year = :tax_year AND year_total_minor IS NOT NULL
        AND tax_country IS NOT DISTINCT FROM about.country
    ORDER BY statement.number DESC LIMIT 1
) AS year ON true
LEFT JOIN LATERAL (
    SELECT place FROM rules
    WHERE coalesce(rules.country = about.country, rules.country IS NULL)
        AND coalesce(rules.recipients = about.recipient, true) AND coalesce(rules.tax_id = about.tax_id, true)
    ORDER BY place LIMIT 1
) AS rule ON true
LEFT JOIN LATERAL (
    SELECT greatest(
        ({_TAX.format(total="(coalesce(year.total_minor, 0) + about.total_minor)")})
            - ({_TAX.format(total="coalesce(year.total_minor, 0)")}),
        -coalesce(year.tax_minor, 0)
    ) AS tax_minor
    WHERE rule.place IS NOT NULL
) AS withheld ON true
"""
_NONE = """
SELECT NULL::uuid AS distributor_id, NULL::bigint AS profile_number, NULL::text AS country,
    false AS self_billing, NULL::bigint AS tax_minor, NULL::bigint AS year_total_minor, NULL::bigint AS year_tax_minor
WHERE false
"""
# Invoices of a series are numbered by one run at a time, to the end of its transaction: no number is ever left out.
_NUMBERING = text("SELECT pg_advisory_xact_lock(7305811940226013)")
_LAST = text("""
SELECT coalesce(max(invoice_number), 0) FROM distribution.statements WHERE invoice_series = :invoice_series
""")


def year_of(moment: datetime, time_zone: str) -> int:
    """The merchant's year a moment lies in."""
    return moment.astimezone(ZoneInfo(time_zone)).year


def fixed(program: ProgramSettings) -> dict[str, Any] | None:
    """What a run keeps of the program's rules; None where there are none."""
    if program.tax == TaxRules():
        return None
    return program.tax.model_dump(mode="json", exclude_defaults=True)


def rules_of(run: SettlementRun) -> TaxRules:
    """The rules a run was opened under."""
    return TaxRules() if run.tax is None else TaxRules.model_validate(run.tax)


def taxes(run: SettlementRun, source: str) -> tuple[str, dict[str, Any]]:
    """A query for what is withheld from each distributor in `source`, a relation of totals, and its parameters."""
    if run.tax is None:
        return _NONE, {}
    ordered = in_order(rules_of(run), run.currency)
    rules, brackets = [], []
    for place, rule in enumerate(ordered):
        named = {"country": rule.country, "recipients": rule.recipients, "tax_id": rule.tax_id}
        rules.append({"place": place, **named})
        ends = [each.from_minor for each in rule.brackets[1:]]
        for bracket, to_minor in zip(rule.brackets, [*ends, None], strict=True):
            about = {"place": place, "from_minor": bracket.from_minor, "to_minor": to_minor}
            brackets.append({**about, "bps": bracket.bps})
    return _TAXES.replace("settlement_totals", source), {
        "rules": json.dumps(rules),
        "brackets": json.dumps(brackets),
        "withholds": bool(ordered),
        "opened_at": run.opened_at,
        "currency": run.currency,
        "tax_year": run.tax_year,
    }


def find(session: Session, run: SettlementRun) -> None:
    """Make `settlement_taxes`: for everybody in `settlement_totals` what is withheld and what their year comes to."""
    query, values = taxes(run, "settlement_totals")
    session.execute(text(f"CREATE TEMPORARY TABLE settlement_taxes ON COMMIT DROP AS {query}"), values)


def invoices(session: Session, run: SettlementRun) -> dict[str, Any]:
    """The series that the run's invoices are in, None where none are written, and the last number given in it."""
    prefix = rules_of(run).invoice_prefix
    if prefix is None:
        return {"tax_year": run.tax_year, "invoice_series": None, "last_invoice_number": 0}
    series = f"{prefix}-{run.tax_year}"
    session.execute(_NUMBERING)
    last = session.execute(_LAST, {"invoice_series": series}).scalar_one()
    return {"tax_year": run.tax_year, "invoice_series": series, "last_invoice_number": last}
