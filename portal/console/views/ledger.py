"""The general ledger: trial balance as of a day, from an account to its transfers to their documents."""

from __future__ import annotations

from datetime import date, timedelta
from zoneinfo import ZoneInfo

from flask import render_template, request

from distribution.analytics.console_ledger import account_page, accounts_of_kind, currencies
from distribution.errors import NotFound
from distribution.ledger.as_of import By, trial_balance
from distribution.ledger.chart import CHART
from distribution.ledger.export import Days
from distribution.ledger.kinds import TRANSFER_KINDS
from distribution.sealing.head import head
from portal.console import ledger_words
from portal.console.acting import now
from portal.console.blueprint import blueprint
from portal.database import program_settings, unit
from portal.days import asked_day


def asked_as_of() -> tuple[Days, date, By]:
    """The program's days, and of which day's end and by which of a transfer's times the address asks."""
    days = Days(ZoneInfo(program_settings().time_zone))
    asked = asked_day("date") or days.day_of(now())
    by = By.RECORDED if request.args.get("by") == By.RECORDED.value else By.EFFECTIVE
    return days, asked, by


@blueprint.get("/ledger")
def ledger() -> str:
    """The trial balance at the end of a day, in every currency or in one."""
    days, asked, by = asked_as_of()
    with unit() as session:
        known = currencies(session)
        currency = request.args.get("currency", "")
        currency = currency if currency in known else ""
        found = trial_balance(
            session, days.start_of(asked + timedelta(days=1)), by=by, currency=currency or None
        )
        sealed = head(session)
    rows = sorted(found, key=lambda each: (each.currency, list(CHART).index(each.kind)))
    return render_template(
        "console/ledger.html",
        rows=rows,
        currencies=known,
        currency=currency,
        asked=asked,
        today=days.day_of(now()),
        by=by.value,
        sealed=sealed,
        now=now(),
        chart=CHART,
        words=ledger_words,
    )


@blueprint.get("/ledger/chart")
def ledger_chart() -> str:
    """The chart of accounts, and the kinds of transfer between them."""
    return render_template(
        "console/ledger_chart.html", chart=CHART.values(), kinds=TRANSFER_KINDS, words=ledger_words
    )


@blueprint.get("/ledger/<currency>/<kind>")
def ledger_kind(currency: str, kind: str) -> str:
    """The accounts of a kind with what each held; the program has one of each."""
    if kind not in CHART:
        raise NotFound("there is no such kind of account", kind=kind)
    days, asked, by = asked_as_of()
    with unit() as session:
        page = accounts_of_kind(
            session,
            currency=currency,
            kind=kind,
            before=days.start_of(asked + timedelta(days=1)),
            by=by,
            cursor=request.args.get("cursor"),
        )
    return render_template(
        "console/ledger_kind.html",
        page=page,
        currency=currency,
        kind=kind,
        asked=asked,
        by=by.value,
        words=ledger_words,
    )


@blueprint.get("/ledger/accounts/<int:account_id>")
def ledger_account(account_id: int) -> str:
    """One account and what moved in it, the newest first."""
    if account_id >= 2**63:
        raise NotFound("there is no such account")
    with unit() as session:
        facts = account_page(session, account_id, cursor=request.args.get("cursor"))
    return render_template("console/ledger_account.html", facts=facts, words=ledger_words)
