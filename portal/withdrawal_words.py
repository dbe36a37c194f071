"""What a program asks of withdrawals, in words: the fee, the days, the promise."""

from __future__ import annotations

from collections.abc import Iterable

from babel.dates import get_day_names
from babel.lists import format_list
from flask import Flask
from flask_babel import gettext, ngettext

from distribution.withdrawal.fee import Fee
from distribution.withdrawal.promise import Promise
from distribution.withdrawal.windows import Windows
from portal.formatting import money, percent
from portal.i18n import current_locale


def fee_words(fee: Fee, currency: str) -> str:
    """ "€0.30 + 2.5%, at most €5.00"."""
    parts = [
        *([money(fee.fixed_minor, currency)] if fee.fixed_minor else []),
        *([percent(fee.bps)] if fee.bps else []),
    ]
    words = " + ".join(parts)
    if fee.maximum_minor is None or not fee.bps:
        return words
    return gettext("%(fee)s, at most %(most)s", fee=words, most=money(fee.maximum_minor, currency))


def window_words(windows: Windows) -> str:
    """ "Mon and Thu, days 1–10 of the month"."""
    parts = []
    if windows.weekdays:
        names = get_day_names("abbreviated", locale=current_locale())
        parts.append(format_list([names[day - 1] for day in windows.weekdays], locale=current_locale()))
    if windows.days_of_month:
        days = day_ranges(windows.days_of_month)
        count = len(windows.days_of_month)
        parts.append(ngettext("day %(days)s of the month", "days %(days)s of the month", count, days=days))
    return gettext(", ").join(parts)


def promise_words(promise: Promise) -> str:
    """ "Within 3 working days"."""
    if promise.working_days:
        return ngettext("Within %(num)d working day", "Within %(num)d working days", promise.days)
    return ngettext("Within %(num)d day", "Within %(num)d days", promise.days)


def day_ranges(days: Iterable[int]) -> str:
    """Days in order, those that follow each other as one: "1–5, 15"."""
    ranges: list[list[int]] = []
    for day in sorted(days):
        if ranges and ranges[-1][1] == day - 1:
            ranges[-1][1] = day
        else:
            ranges.append([day, day])
    return ", ".join(str(first) if first == last else f"{first}–{last}" for first, last in ranges)


def install(app: Flask) -> None:
    """Give templates the three as filters."""
    app.add_template_filter(fee_words)
    app.add_template_filter(window_words)
    app.add_template_filter(promise_words)
