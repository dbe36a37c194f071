"""When commission becomes money: hold, settlement, withdrawal, tax."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from babel.dates import get_day_names
from flask_babel import gettext, ngettext

from distribution.analytics.rules.concerning import Reader
from distribution.commission.plan.rules import Plan
from distribution.settings.document import ProgramSettings, SettlementRules
from distribution.settings.tax import Withholding
from distribution.settlement.calendar import next_settlement_at
from distribution.withdrawal.policy import WithdrawalPolicy
from portal.countries import country_name
from portal.formatting import day, minute, money, percent
from portal.i18n import current_locale
from portal.withdrawal_words import fee_words, promise_words, window_words


def hold_words(plan: Plan, reader: Reader) -> list[str]:
    """When a commission is sure."""
    days = plan.hold_days_by_grade.get(reader.grade or "", plan.hold_days)
    found = [gettext("Commission shows up as pending as soon as the order is paid.")]
    if plan.received_after_days is not None:
        found += _once_received(plan.received_after_days, days)
    elif days:
        found.append(
            ngettext(
                "It matures %(num)d day after the goods are shipped, when they can no longer be returned.",
                "It matures %(num)d days after the goods are shipped, when they can no longer be returned.",
                days,
            )
        )
    else:
        found.append(gettext("It matures as soon as the goods are shipped."))
    if reader.id is None and plan.hold_days_by_grade:
        found.append(gettext("For some grades that time is different."))
    found.append(
        gettext(
            "If goods are returned or refunded, their commission is taken back too. If it was paid"
            " already, it is deducted from what you earn next."
        )
    )
    return found


def _once_received(after_days: int, hold_days: int) -> list[str]:
    return [
        ngettext(
            "The goods count as received when the shopper, the carrier or the shop confirms it, at"
            " the latest %(num)d day after shipping.",
            "The goods count as received when the shopper, the carrier or the shop confirms it, at"
            " the latest %(num)d days after shipping.",
            after_days,
        ),
        ngettext(
            "It matures %(num)d day after the goods are received, when they can no longer be returned.",
            "It matures %(num)d days after the goods are received, when they can no longer be returned.",
            hold_days,
        )
        if hold_days
        else gettext("It matures as soon as the goods are received."),
    ]


def settlement_words(rules: SettlementRules, zone: ZoneInfo, now: datetime) -> list[str]:
    """How often what is sure is put on a statement, and when next."""
    return list(_settlement(rules, zone, now))


def withdrawal_pairs(
    policy: WithdrawalPolicy, settings: ProgramSettings, currency: str
) -> list[tuple[str, str]]:
    """What a withdrawal asks for and costs, as labels and values."""
    return list(_pairs(policy, currency, settings.withdrawal.cooling_days))


def tax_words(found: tuple[Withholding, ...], reader: Reader) -> list[str]:
    """What is withheld for tax, one sentence each."""
    if not found:
        return [gettext("No tax is withheld. You declare your earnings where you live.")]
    if reader.id is not None:
        return [gettext("Withheld from your statements: %(rates)s.", rates=_brackets(found[0]))]
    return [
        gettext("%(whom)s: %(rates)s withheld.", whom=_whom(rule), rates=_brackets(rule)) for rule in found
    ]


def _settlement(rules: SettlementRules, zone: ZoneInfo, now: datetime) -> Iterator[str]:
    if not rules.automatic:
        yield gettext("The shop settles matured commission by hand.")
    elif rules.every == "hour":
        yield gettext("Matured commission is settled every hour.")
    elif rules.every == "day":
        yield gettext("Matured commission is settled every day.")
    elif rules.every == "week":
        name = get_day_names("wide", locale=current_locale())[rules.weekday - 1]
        yield gettext("Matured commission is settled every week, on %(weekday)s.", weekday=name)
    else:
        yield gettext("Matured commission is settled every month, on day %(day)s.", day=rules.day_of_month)
    if rules.automatic:
        at = next_settlement_at(rules, now, zone)
        yield gettext("Next time: %(when)s.", when=minute(at) if rules.every == "hour" else day(at))
    if rules.review:
        yield gettext("The shop reviews each settlement before it takes effect.")
    for currency, smallest_minor in sorted(rules.smallest_minor.items()):
        if smallest_minor:
            yield gettext("Less than %(amount)s waits for the next.", amount=money(smallest_minor, currency))


def _pairs(policy: WithdrawalPolicy, currency: str, cooling_days: int) -> Iterator[tuple[str, str]]:
    if policy.minimum_minor > 1:
        yield gettext("Smallest"), money(policy.minimum_minor, currency)
    if policy.maximum_minor is not None:
        yield gettext("Largest"), money(policy.maximum_minor, currency)
    if policy.maximum_per_day_minor is not None:
        yield gettext("In a day"), money(policy.maximum_per_day_minor, currency)
    if policy.requests_per_day is not None:
        yield gettext("Requests a day"), str(policy.requests_per_day)
    yield gettext("Fee"), gettext("none") if policy.fee.is_none else fee_words(policy.fee, currency)
    yield (
        gettext("Taken on"),
        gettext("every day") if policy.windows.always else window_words(policy.windows),
    )
    if policy.promise is not None:
        yield gettext("Processed"), promise_words(policy.promise)
    if cooling_days:
        yield (
            gettext("After another account was added"),
            ngettext(
                "receives payouts after %(num)d day", "receives payouts after %(num)d days", cooling_days
            ),
        )


def _brackets(rule: Withholding) -> str:
    if len(rule.brackets) == 1:
        return percent(rule.brackets[0].bps)
    return gettext(", ").join(
        gettext("%(rate)s from %(amount)s", rate=percent(each.bps), amount=money(each.from_minor, currency))
        for currency in [rule.currency or ""]
        for each in rule.brackets
    )


def _whom(rule: Withholding) -> str:
    parts = [country_name(rule.country) if rule.country else gettext("Everybody else")]
    if rule.recipients is not None:
        parts.append(gettext("a person") if rule.recipients == "person" else gettext("a company"))
    if rule.tax_id is not None:
        parts.append(gettext("with a tax id") if rule.tax_id == "given" else gettext("without a tax id"))
    return gettext(", ").join(parts)
