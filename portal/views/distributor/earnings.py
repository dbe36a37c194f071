"""Commission lines, and what was given or taken by hand."""

from __future__ import annotations

from functools import partial
from typing import cast

from flask import Response, render_template, request, url_for
from flask_babel import gettext

from distribution.adjustment.read import adjustments
from distribution.adjustment.tables import APPROVED
from distribution.analytics.balances import Balances, balances
from distribution.analytics.earnings import EarningFilter, EarningRow, View, earnings
from distribution.analytics.explanation.names import names_in
from distribution.analytics.next_settlement import next_settlement, settles_at
from distribution.analytics.own_files import EARNING_COLUMNS, earning_rows
from distribution.errors import InvalidInput
from distribution.money import is_currency
from portal.clock import now
from portal.database import program_settings, unit
from portal.days import asked_days
from portal.explaining.names import Names
from portal.explaining.periods import adjustment_words, period_words
from portal.explaining.rules import rate_words
from portal.settling import next_words
from portal.views.distributor.blueprint import blueprint, chosen, cursor, own_id
from portal.views.distributor.currencies import currency_tabs, opened
from portal.views.distributor.taken_along import taken_along

_ADJUSTMENTS = 50
_NEWEST = 5
_VIEWS = ("all", "pending", "released")


@blueprint.get("/earnings", endpoint="earnings")
def page() -> str:
    """One page of lines in one currency."""
    settings = program_settings()
    view = cast(View, chosen("view", _VIEWS))
    at = now()
    days = asked_days()
    with unit() as session:
        settled_at = settles_at(settings, at)
        held = {
            each.currency: each
            for each in balances(session, own_id(), now=at, zone=settings.time_zone, by=settled_at)
        }
        currencies = opened(session)
        currency = currencies.chosen
        balance = held.get(currency) or Balances(currency)
        found = earnings(
            session,
            own_id(),
            EarningFilter(currency, view, days.begins_at, days.ends_at),
            now=at,
            after=cursor(),
        )
        by_hand = adjustments(
            session, distributor_id=own_id(), currency=currency, state=APPROVED, limit=_NEWEST + 1
        )
        rates = [
            (line, line.rate)
            for line in found.items
            if isinstance(line, EarningRow) and line.rate is not None
        ]
        known = names_in(session, (rate.selector for _, rate in rates))
    own = {
        (kind, key): line.product
        for line, rate in rates
        for kind in ("product", "variant")
        if rate.selector.what == kind
        for key in rate.selector.what_ids
    }
    names = Names(known | own)
    # Most lines of a page are by one rate.
    told = {rate: rate_words(rate, names) for rate in {rate for _, rate in rates}}
    here = partial(url_for, "distributor.earnings")
    asked = {"currency": currency, "view": view, "from": days.first, "to": days.last}
    return render_template(
        "pages/earnings.html",
        page=found,
        asked=asked,
        days=days,
        narrowed=sum(day is not None for day in (days.first, days.last)),
        file_page=url_for("distributor.earnings_file", **asked),
        rules={line.key: told[rate] for line, rate in rates},
        period_words=period_words,
        adjustment_words=adjustment_words,
        by_hand=by_hand[:_NEWEST],
        more_by_hand=len(by_hand) > _NEWEST,
        balance=balance,
        next_words=next_words(next_settlement(balance, at=settled_at, settings=settings)),
        view=view,
        now=at,
        tabs=earning_tabs("earnings"),
        currency_tabs=currency_tabs(currencies, lambda code: here(**{**asked, "currency": code})),
        view_tabs=[
            (name, here(**{**asked, "view": value}), value == view)
            for value, name in (
                ("all", gettext("All")),
                ("pending", gettext("Pending")),
                ("released", gettext("Matured")),
            )
        ],
        next_page=here(**asked, after=found.next.text()) if found.next else None,
        first_page=here(**asked) if request.args.get("after") else None,
    )


@blueprint.get("/earnings.csv", endpoint="earnings_file")
def file() -> Response:
    """The lines that the list shows, all its pages, as a table."""
    whose, at, days = own_id(), now(), asked_days()
    view = cast(View, chosen("view", _VIEWS))
    currency = request.args.get("currency")
    if currency is None:
        with unit() as session:
            currency = opened(session).chosen
    if not is_currency(currency):
        raise InvalidInput("currency: is none", field="currency")
    wanted = EarningFilter(currency, view, days.begins_at, days.ends_at)
    return taken_along(
        f"earnings-{currency}.csv",
        EARNING_COLUMNS,
        lambda session: earning_rows(session, whose, wanted, now=at),
    )


@blueprint.get("/earnings/adjustments", endpoint="adjustments")
def list_adjustments() -> str:
    """What was given or taken by hand, newest first; what still waits for a second person is nobody's yet."""
    before = request.args.get("before", type=int)
    with unit() as session:
        found = adjustments(
            session,
            distributor_id=own_id(),
            state=APPROVED,
            limit=_ADJUSTMENTS + 1,
            before=before if before is not None and abs(before) < 2**63 else None,
        )
    shown = found[:_ADJUSTMENTS]
    return render_template(
        "pages/adjustments.html",
        by_hand=shown,
        tabs=earning_tabs("earnings"),
        first_page=url_for("distributor.adjustments") if before else None,
        next_page=url_for("distributor.adjustments", before=shown[-1].adjustment.number)
        if len(found) > _ADJUSTMENTS
        else None,
    )


def earning_tabs(current: str) -> list[tuple[str, str, bool]]:
    """The tabs over everything about money; a currency that was asked for stays."""
    asked = request.args.get("currency") or None
    return [
        (gettext("Earnings"), url_for("distributor.earnings", currency=asked), current == "earnings"),
        (gettext("Statements"), url_for("distributor.statements", currency=asked), current == "statements"),
        (
            gettext("Withdrawals"),
            url_for("distributor.withdrawals", currency=asked),
            current == "withdrawals",
        ),
        (gettext("Tax"), url_for("distributor.tax"), current == "tax"),
    ]
