"""The first page: money, what moved, what is new, what to do next."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from flask import Response, current_app, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext, pgettext
from flask_login import current_user

from distribution.analytics.dashboard import Dashboard, dashboard
from distribution.analytics.pulse import pulse
from distribution.analytics.selling import Part
from distribution.analytics.trend import Trend
from distribution.announcement.tables import Announcement
from distribution.promotion.link import referral_link
from portal import throttle
from portal.charts import bar_chart, line_chart, scale_for
from portal.clock import now
from portal.confirming import tell_to_confirm
from portal.countries import country_name
from portal.database import program_settings, unit
from portal.formatting import hour, money, money_short, number, short_day
from portal.news import own_news
from portal.settling import next_words
from portal.shop_pages import page_name, shop_pages
from portal.views.distributor.blueprint import blueprint, chosen, own_id
from portal.views.distributor.currencies import currency_tabs
from portal.views.distributor.next_steps import first_steps, suggestions

PERIODS = ("30", "7", "90")


@dataclass(frozen=True, slots=True)
class Ranked:
    """One line of a list with bars: `value` of `most`, the best one's."""

    name: str
    part: Part
    value: int
    most: int


@blueprint.get("/", endpoint="dashboard")
def home() -> str:
    """The dashboard."""
    settings = program_settings()
    days = int(chosen("days", PERIODS))
    with unit() as session:
        # All of one state: what moves between two reads would be in the pulse and in no figure.
        session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
        facts = dashboard(
            session,
            own_id(),
            currency=request.args.get("currency"),
            settings=settings,
            days=days,
            now=now(),
        )
        news = own_news(session)
        pages = shop_pages(session, settings, [each.name for each in facts.selling.destinations])
    currency = facts.balance.currency
    link = _link(facts)
    return render_template(
        "pages/dashboard.html",
        facts=facts,
        news=news,
        next_words=next_words(facts.next),
        days=days,
        link=link,
        share_text=gettext("Have a look at this shop, I like it:"),
        steps=first_steps(facts),
        ideas=suggestions(facts),
        products=_ranked(facts.selling.products),
        destinations=_ranked(facts.selling.destinations, named=lambda path: page_name(path, pages)),
        countries=_ranked(facts.selling.countries, named=country_name),
        pulse=_with_news(facts.selling.pulse, news),
        funnel=_funnel(facts.trend),
        funnel_top=max(facts.trend.total("clicks"), facts.trend.total("orders"), 1),
        currency_tabs=currency_tabs(
            facts.currencies, lambda code: url_for("distributor.dashboard", currency=code, days=days)
        ),
        period_tabs=[
            (
                gettext("%(days)s days", days=period),
                url_for("distributor.dashboard", currency=currency, days=period),
                period == days,
            )
            for period in sorted(map(int, PERIODS))
        ],
        **_chart(facts.trend),
        **_hours(facts.selling.hours),
    )


@blueprint.get("/pulse")
def beat() -> Response:
    """A value that changes when anything on the dashboard does: the page asks for it every few seconds."""
    with unit() as session:
        found = _with_news(pulse(session, own_id()), own_news(session))
    response = jsonify(pulse=found)
    response.headers["Cache-Control"] = "private, no-store"
    return response


@blueprint.post("/confirmation")
def send_confirmation() -> ResponseReturnValue:
    """Send the mail that confirms the address once more."""
    person = current_user
    if not person.email_confirmed and not throttle.exceeded("confirm", person.email, limit=3, seconds=3600):
        with unit() as session:
            tell_to_confirm(session, person, now=now())
    flash(gettext("Sent. Check your inbox and your spam folder."), "good")
    return redirect(url_for("distributor.dashboard"), 303)


def _with_news(beats: str, news: Sequence[Announcement]) -> str:
    """The pulse of all that the page shows: also of what is announced, and of what matures as time passes."""
    return ".".join((beats, f"{now():%d%H}", *(each.id.hex[-12:] for each in news)))


def _link(facts: Dashboard) -> str | None:
    code = facts.selling.link_code
    return referral_link(current_app.extensions["settings"].portal_url, code) if code else None


def _chart(trend: Trend) -> dict[str, object]:
    values = [day.commission_minor for day in trend.days]
    before = [day.commission_minor for day in trend.before]
    scale = scale_for((*values, *before), least=1000)
    notes = [f"{short_day(day.day)}: {money(day.commission_minor, trend.currency)}" for day in trend.days]
    rows = [
        [
            short_day(day.day),
            money(day.commission_minor, trend.currency),
            number(day.orders),
            number(day.clicks),
        ]
        for day in reversed(trend.days)
    ]
    title = gettext(
        "Commission by day, %(total)s in all", total=money(trend.total("commission_minor"), trend.currency)
    )
    return {
        "chart": line_chart(values, scale=scale, notes=notes, title=title, previous=before),
        "ticks": [money_short(tick, trend.currency) for tick in scale.ticks],
        "chart_rows": rows,
    }


def _funnel(trend: Trend) -> list[tuple[str, int, int]]:
    clicks, orders = trend.total("clicks"), trend.total("orders")
    return [
        (gettext("Clicks"), clicks, 0),
        (gettext("Orders"), orders, clicks),
        (pgettext("order", "Paid"), trend.total("paid"), orders),
    ]


def _ranked(parts: Sequence[Part], *, named: Callable[[str], str] = str) -> list[Ranked]:
    most = max((part.commission_minor for part in parts), default=0)
    return [Ranked(named(part.name), part, max(part.commission_minor, 0), most) for part in parts]


def _hours(hours: Sequence[int]) -> dict[str, object]:
    notes = [
        f"{hour(each)}: {ngettext('%(num)s click', '%(num)s clicks', count)}"
        for each, count in enumerate(hours)
    ]
    return {
        "hour_chart": bar_chart(
            hours, scale=scale_for(hours, least=4), notes=notes, title=gettext("Clicks by hour of the day")
        ),
        "hour_rows": [[hour(each), number(count)] for each, count in enumerate(hours) if count],
        "hour_ends": (hour(0), hour(12), hour(23)),
    }
