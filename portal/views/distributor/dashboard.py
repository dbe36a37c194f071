"""The first page: money, what moved, what is new, what to do next."""

from __future__ import annotations

from dataclasses import dataclass

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user

from distribution.analytics.dashboard import Dashboard, dashboard
from distribution.analytics.trend import Trend
from distribution.promotion.link import referral_link
from portal import mail, throttle, tokens
from portal.charts import line_chart, scale_for
from portal.clock import now
from portal.database import program_settings, unit
from portal.formatting import money, money_short, number, short_day
from portal.i18n import current_locale
from portal.settling import next_words
from portal.views.distributor.blueprint import blueprint, chosen, own_id

PERIODS = ("30", "7", "90")


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do next."""

    title: str
    text: str
    done: bool
    label: str = ""
    href: str = ""


@blueprint.get("/", endpoint="dashboard")
def home() -> str:
    """The dashboard."""
    settings = program_settings()
    days = int(chosen("days", PERIODS))
    with unit() as session:
        facts = dashboard(
            session,
            own_id(),
            currency=request.args.get("currency"),
            settings=settings,
            days=days,
            now=now(),
        )
    currency = facts.balance.currency
    link = _link(facts)
    return render_template(
        "pages/dashboard.html",
        facts=facts,
        next_words=next_words(facts.next),
        days=days,
        link=link,
        share_text=gettext("Have a look at this shop, I like it:"),
        steps=_steps(facts),
        funnel=_funnel(facts.trend),
        funnel_top=max(facts.trend.total("clicks"), facts.trend.total("orders"), 1),
        currency_tabs=[
            (code, url_for("distributor.dashboard", currency=code, days=days), code == currency)
            for code in facts.currencies
        ],
        period_tabs=[
            (
                gettext("%(days)s days", days=period),
                url_for("distributor.dashboard", currency=currency, days=period),
                period == days,
            )
            for period in sorted(map(int, PERIODS))
        ],
        **_chart(facts.trend),
    )


@blueprint.post("/confirmation")
def send_confirmation() -> ResponseReturnValue:
    """Send the mail that confirms the address once more."""
    person = current_user
    if not person.email_confirmed and not throttle.exceeded("confirm", person.email, limit=3, seconds=3600):
        link = url_for("access.confirm", token=tokens.confirm_token(person.id, person.email))
        with unit() as session:
            mail.send(
                session,
                "confirm",
                to=person.email,
                locale=str(current_locale()),
                dedupe_key=f"confirm:{person.id}:{now().isoformat()}",
                name=person.name,
                link=current_app.extensions["settings"].portal_url + link,
            )
    flash(gettext("Sent. Look into your mailbox, also into the spam folder."), "good")
    return redirect(url_for("distributor.dashboard"), 303)


def _link(facts: Dashboard) -> str | None:
    code = facts.link_code
    return referral_link(current_app.extensions["settings"].portal_url, code.code) if code else None


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
        (gettext("Paid"), trend.total("paid"), orders),
    ]


def _steps(facts: Dashboard) -> list[Step]:
    has_sold = bool(facts.recent)
    balance = facts.balance
    return [
        Step(
            gettext("Confirm your e-mail"),
            gettext("So that we can tell you about sales and payments."),
            current_user.email_confirmed,
        ),
        Step(
            gettext("Share your link"),
            gettext("Send it to one person who would like the shop."),
            facts.clicks_ever > 0,
            gettext("Open"),
            url_for("distributor.links"),
        ),
        Step(
            gettext("Make your first sale"),
            gettext("Link to one product and say why you like it: that sells best."),
            has_sold,
            gettext("Choose"),
            url_for("distributor.links") + "#build",
        ),
        Step(
            gettext("Say where your money goes"),
            gettext("Enter your bank account, so that a withdrawal takes one tap."),
            balance.paid_minor + balance.reserved_minor > 0,
            gettext("Enter"),
            url_for("distributor.account") + "#payout",
        ),
    ]
