"""The first page, and the phone's page of all pages."""

from __future__ import annotations

from flask import render_template, request
from flask_babel import gettext

from distribution.analytics.console_overview import Overview
from distribution.analytics.console_overview import overview as read_overview
from portal.charts import Scale, line_chart, scale_for
from portal.clock import now
from portal.console.blueprint import blueprint
from portal.database import program_settings, unit
from portal.formatting import day, money, money_short, number

PERIODS = (7, 30, 90)


@blueprint.get("/")
def overview() -> str:
    """What is owed, what is sold, what waits."""
    settings = program_settings()
    days = request.args.get("days", 30, type=int)
    days = days if days in PERIODS else 30
    with unit() as session:
        facts = read_overview(
            session,
            currency=request.args.get("currency"),
            default_currency=settings.default_currency,
            days=days,
            now=now(),
            zone=settings.time_zone,
        )
    scale = scale_for([one.attributed_minor for one in (*facts.sales.days, *facts.sales.before)])
    return render_template(
        "console/overview.html",
        facts=facts,
        days=days,
        periods=PERIODS,
        now=now(),
        chart=_chart(facts, scale),
        ticks=[money_short(tick, facts.sales.currency) for tick in scale.ticks],
        rows=[
            [day(one.day), money(one.attributed_minor, facts.sales.currency), number(one.orders)]
            for one in facts.sales.days
        ],
    )


def _chart(facts: Overview, scale: Scale) -> str:
    return line_chart(
        [one.attributed_minor for one in facts.sales.days],
        scale=scale,
        notes=[
            f"{day(one.day)}: {money(one.attributed_minor, facts.sales.currency)}" for one in facts.sales.days
        ],
        title=gettext("Sales attributed by day"),
        previous=[one.attributed_minor for one in facts.sales.before],
    )


@blueprint.get("/menu")
def menu() -> str:
    """Every page of the console, for a phone."""
    return render_template("console/menu.html")
