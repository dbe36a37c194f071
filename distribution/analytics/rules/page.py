"""Everything the rules page is made of, read in one go."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from distribution.analytics.explanation.names import Known, names_in
from distribution.analytics.rules.concerning import Reader, campaigns_of, rates_of
from distribution.analytics.rules.example import LEVELS, Example, example
from distribution.commission.accrue import raw
from distribution.commission.plan.compiled import CompiledPlan
from distribution.commission.plan.rules import Campaign, Plan, Rate
from distribution.commission.plan.versions import in_force, load
from distribution.commission.tables import PlanVersion
from distribution.network.profiles import profiles
from distribution.settings.document import ProgramSettings
from distribution.settings.tax import Recipient, Withholding
from distribution.tax.profile import profile
from distribution.tax.withholding import Taxed, in_order, rule_for

MOST_RATES = 40
"""Of a level; a plan may have thousands, one for each product."""


@dataclass(frozen=True, slots=True)
class Level:
    """The rates of a level that concern the reader; `more` are not listed."""

    level: int
    rates: tuple[Rate, ...]
    more: int
    of_grades: bool


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules in force at `at`, as far as they concern the reader; `tax` holds for them, or every rule there is."""

    plan: Plan
    effective_at: datetime | None
    at: datetime
    reader: Reader
    levels: tuple[Level, ...]
    campaigns: tuple[Campaign, ...]
    example: Example
    known: Known
    tax: tuple[Withholding, ...]


def rules(
    session: Session,
    settings: ProgramSettings,
    *,
    now: datetime,
    reader_id: UUID | None = None,
    currency: str | None = None,
) -> Rules:
    """The rules for one distributor, or for anybody, as they are for sales in `currency` or in the program's own."""
    compiled, effective_at = plan_in_force(session, now=now)
    plan, reader = compiled.plan, _reader(session, reader_id, now)
    levels = tuple(_level(plan, reader, level) for level in LEVELS)
    campaigns = tuple(campaigns_of(plan, reader, now))
    currency = currency or settings.default_currency
    selectors = [rate.selector for level in levels for rate in level.rates]
    return Rules(
        plan=plan,
        effective_at=effective_at,
        at=now,
        reader=reader,
        levels=levels,
        campaigns=campaigns,
        example=example(raw(session), compiled, currency=currency, at=now, reader=reader_id),
        known=names_in(session, [*selectors, *(each.selector for each in campaigns)]),
        tax=_tax(session, settings, reader_id, currency),
    )


def plan_in_force(session: Session, *, now: datetime) -> tuple[CompiledPlan, datetime | None]:
    """The plan that orders placed now are paid by, compiled once a version, and since when."""
    rows = session.execute(
        select(PlanVersion.number, PlanVersion.effective_at, PlanVersion.digest)
        .where(PlanVersion.effective_at <= now)
        .order_by(PlanVersion.number.desc())
        .limit(1)
    ).all()
    version = in_force([(number, at, bytes(digest)) for number, at, digest in rows], now)
    return load(raw(session), version), None if version is None else version[1]


def _reader(session: Session, reader_id: UUID | None, now: datetime) -> Reader:
    if reader_id is None:
        return Reader()
    found = profiles(raw(session), [(reader_id, now)])[reader_id, now]
    return Reader(str(reader_id), found.grade, found.groups)


def _level(plan: Plan, reader: Reader, level: int) -> Level:
    found = rates_of(plan, reader, level)
    # Whoever is nobody in particular learns that grades matter, not what each of them earns.
    told = [rate for rate in found if reader.id is not None or rate.selector.who is None]
    # The widest rules say most: they are kept when there are too many.
    return Level(level, tuple(told[-MOST_RATES:]), max(0, len(told) - MOST_RATES), len(told) < len(found))


def _tax(
    session: Session, settings: ProgramSettings, reader_id: UUID | None, currency: str
) -> tuple[Withholding, ...]:
    if reader_id is None:
        return tuple(in_order(settings.tax, currency))
    said = profile(session, reader_id)
    taxed = Taxed()
    if said is not None:
        recipient: Recipient = "company" if said.recipient == "company" else "person"
        taxed = Taxed(said.country, recipient, said.tax_id_label is not None)
    found = rule_for(settings.tax, taxed, currency)
    return () if found is None else (found,)
