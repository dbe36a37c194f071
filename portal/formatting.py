"""Money, percent, dates and counts as the reader's locale writes them; templates use these as filters."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache

from babel import Locale
from babel.dates import (
    format_date,
    format_datetime,
    format_skeleton,
    format_timedelta,
    get_timezone_gmt,
    get_timezone_name,
)
from babel.numbers import format_currency, format_decimal, format_percent
from flask import Flask
from flask_babel import get_timezone, gettext

from distribution.commission.review.rule import HELD_AT
from distribution.money import exponent
from portal.clock import now
from portal.i18n import current_locale

# A page writes the same few amounts and days over and over, above all those of nothing and of this month.
_kept = lru_cache(maxsize=10_000)
_AFTER_WIDE = re.compile(r"(?<=[。！？；：，]) ")


def money(minor: int, currency: str, *, sign: bool = False) -> str:
    """(123450, "USD") is "$1,234.50"; with `sign` a plus is written too. A true minus sign, never a hyphen."""
    text = _amount(abs(minor), currency, current_locale())
    if minor < 0:
        return f"−{text}"
    return f"+{text}" if sign and minor > 0 else text


def money_short(minor: int, currency: str) -> str:
    """A figure for the axis of a chart: no decimals from 100 units up."""
    amount = Decimal(minor).scaleb(-exponent(currency))
    digits = abs(amount) < 100 and amount != amount.to_integral_value()
    return format_currency(
        amount,
        currency,
        locale=current_locale(),
        currency_digits=bool(digits),
        format=None if digits else "¤#,##0",
    )


def percent(bps: int) -> str:
    """1000 basis points are "10%", 1250 "12.5%"."""
    return format_percent(Decimal(bps) / 10_000, format="#,##0.##%", locale=current_locale())


def rate(millionths: int) -> str:
    """An exact rate in millionths as percent, with as many decimals as it has, four at most: 100000 is "10%"."""
    return format_percent(Decimal(millionths) / 1_000_000, format="#,##0.####%", locale=current_locale())


def ratio(part: int, whole: int) -> str:
    """How much of `whole` a `part` is, with one decimal; a dash of nothing."""
    return format_percent(Decimal(part) / whole, format="#,##0.#%", locale=current_locale()) if whole else "–"


def number(value: int | Decimal) -> str:
    """A count with its digits grouped: "12,345"."""
    return _count(value, current_locale())


def is_held(value: datetime) -> bool:
    """Whether that is the day on which what is held for review matures: none."""
    return value >= HELD_AT


def day(value: date | datetime) -> str:
    """A date with its year: "Nov 22, 2026"; "held for review" for the day that never comes."""
    if isinstance(value, datetime) and is_held(value):
        return gettext("held for review")
    return _day(_local_day(value), current_locale())


def short_day(value: date | datetime) -> str:
    """A date without its year: "Nov 22"."""
    return _day_of_month(_local_day(value), current_locale())


def month(value: date) -> str:
    """A month with its year: "Nov 2026"."""
    return format_skeleton("yMMM", value, locale=current_locale())


def moment(value: datetime) -> str:
    """Nov 22, 2026, 3:04 PM."""
    return format_datetime(_local(value), format="medium", locale=current_locale()).replace(":00 ", " ")


def minute(value: datetime) -> str:
    """A date with hours and minutes, without seconds."""
    locale = current_locale()
    local = _local(value)
    clock = format_datetime(local, format="HH:mm", locale=locale)
    return f"{_day(_local_day(value), locale)} {clock}"


def lately(value: datetime) -> str:
    """A date with hours and minutes; its year only where it is not this one."""
    local = value.astimezone(get_timezone())
    if local.year != now().astimezone(get_timezone()).year:
        return minute(value)
    return f"{short_day(value)} {local:%H:%M}"


def hour(value: int) -> str:
    """An hour of the day: 20 is "20:00"."""
    return f"{value:02}:00"


def from_now(value: datetime, now: datetime) -> str:
    """ "in 3 days", "2 hours ago"."""
    return format_timedelta(value - now, add_direction=True, locale=current_locale())


def span(days: int) -> str:
    """A number of days in words: "14 days"."""
    return format_timedelta(
        timedelta(days=days), granularity="day", threshold=1_000_000, locale=current_locale()
    )


def zone_words() -> str:
    """The zone in which all times are written, with how far it is from Greenwich now."""
    locale, local = current_locale(), now().astimezone(get_timezone())
    gap = get_timezone_gmt(local, width="long", locale=locale)
    return f"{get_timezone_name(local, locale=locale)} ({gap})"


def _local(value: date | datetime) -> date | datetime:
    return value.astimezone(get_timezone()) if isinstance(value, datetime) else value


def _local_day(value: date | datetime) -> date:
    local = _local(value)
    return local.date() if isinstance(local, datetime) else local


@_kept
def _amount(minor: int, currency: str, locale: Locale) -> str:
    return format_currency(Decimal(minor).scaleb(-exponent(currency)), currency, locale=locale)


@_kept
def _count(value: int | Decimal, locale: Locale) -> str:
    return format_decimal(value, locale=locale)


@_kept
def _day(value: date, locale: Locale) -> str:
    return format_date(value, format="medium", locale=locale)


@_kept
def _day_of_month(value: date, locale: Locale) -> str:
    return format_date(value, format="M月d日" if locale.language == "zh" else "MMM d", locale=locale)


def prose(sentences: Iterable[object]) -> str:
    """Sentences after one another, those left empty not; a full stop of Chinese holds its own space."""
    return _AFTER_WIDE.sub("", " ".join(str(each) for each in sentences if each))


def install(app: Flask) -> None:
    """Give templates every function here as a filter."""
    for filter_ in (
        money,
        money_short,
        percent,
        rate,
        ratio,
        number,
        day,
        short_day,
        moment,
        minute,
        lately,
        from_now,
        span,
        prose,
    ):
        app.add_template_filter(filter_)
    app.add_template_global(zone_words)
    app.add_template_test(is_held, "held")
