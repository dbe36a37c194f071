"""The whole page in words, for anybody or for one distributor."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from flask_babel import gettext
from sqlalchemy.orm import Session

from distribution.analytics.rules.page import Rules, rules
from distribution.settings.document import ProgramSettings
from distribution.withdrawal.policy import policy_of
from portal.explaining.names import Names
from portal.explaining.rules import value_words
from portal.explaining.steps import nothing_words
from portal.formatting import money
from portal.payouts import adapters
from portal.rules import earning, paying


@dataclass(frozen=True, slots=True)
class LevelWords:
    """One level: when, its rates, which of them wins, and what the example brings there."""

    title: str
    rates: list[tuple[str, str | None]]
    more: int
    precedence: str | None
    of_grades: bool
    amount: str
    returned: str
    why: str


@dataclass(frozen=True, slots=True)
class RulesWords:
    """Every section of the page; `sold` is what the example is about."""

    version: int
    effective_at: datetime | None
    levels: list[LevelWords]
    sold: str
    base: list[str]
    limits: list[str]
    conditions: list[str]
    campaigns: list[tuple[str, str]]
    finding: list[str]
    hold: list[str]
    settlement: list[str]
    withdrawal: list[tuple[str, str]]
    tax: list[str]


def rules_words(
    session: Session,
    settings: ProgramSettings,
    *,
    now: datetime,
    reader_id: UUID | None = None,
    currency: str | None = None,
) -> RulesWords:
    """The rules in force in the reader's language, for sales in `currency` or in the program's own."""
    found = rules(session, settings, now=now, reader_id=reader_id, currency=currency)
    currency = found.example.sale.currency
    plan, names = found.plan, Names(found.known, reader=found.reader.id)
    policy = policy_of(settings, currency, methods=adapters())
    return RulesWords(
        version=plan.number,
        effective_at=found.effective_at,
        levels=_levels(found, names),
        sold=_sold(found),
        base=earning.base_words(plan),
        limits=earning.limit_words(plan),
        conditions=earning.condition_words(plan),
        campaigns=earning.campaign_lines(found.campaigns, names),
        finding=earning.finding_words(plan, settings.attribution),
        hold=paying.hold_words(plan, found.reader),
        settlement=paying.settlement_words(settings.settlement, ZoneInfo(settings.time_zone), now),
        withdrawal=paying.withdrawal_pairs(policy, settings, currency),
        tax=paying.tax_words(found.tax, found.reader),
    )


def _sold(found: Rules) -> str:
    line, currency = found.example.line, found.example.sale.currency
    return gettext(
        "A new customer pays %(gross)s for two items, %(net)s without tax, and both are shipped.",
        gross=money(line.gross_minor, currency),
        net=money(line.net_minor, currency),
    )


def _levels(found: Rules, names: Names) -> list[LevelWords]:
    currency = found.example.sale.currency
    return [
        LevelWords(
            title=str(earning.TITLES[level.level]),
            rates=earning.rate_lines(level, names),
            more=level.more,
            precedence=earning.precedence_words(level),
            of_grades=level.of_grades and found.reader.id is None,
            amount=money(part.amount_minor, currency),
            returned=money(part.returned_minor, currency),
            why=_why(found, level.level),
        )
        for level, part in zip(found.levels, found.example.parts, strict=True)
    ]


def _why(found: Rules, level: int) -> str:
    """Where the example's amount comes from."""
    part, line, currency = found.example.parts[level - 1], found.example.line, found.example.sale.currency
    if part.nothing is not None:
        return nothing_words(part.nothing)
    if part.rate is None:
        if not any(rate.level == level for rate in found.plan.rates):
            return gettext("Nothing is paid at this level.")
        return gettext("Nothing yet: the conditions below are not met.")
    base_minor = line.net_minor if found.plan.base == "net" else line.gross_minor
    words = gettext(
        "%(rate)s of %(amount)s", rate=value_words(part.rate.value), amount=money(base_minor, currency)
    )
    if part.rate.value.fixed_minor is not None:
        words = value_words(part.rate.value)
    if part.campaigns:
        words = gettext("%(rate)s, with %(campaigns)s", rate=words, campaigns=", ".join(part.campaigns))
    if part.cuts:
        words = gettext("%(rate)s, lowered to the limits below", rate=words)
    return words
