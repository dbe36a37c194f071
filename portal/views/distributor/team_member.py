"""One person of the team: where they stand, what their sales brought the reader, how to reach them."""

from __future__ import annotations

from uuid import UUID

from flask import render_template, url_for
from flask_babel import gettext

from distribution.analytics.team_member import MemberSales, member_sales, team_member
from portal.charts import bar_chart, scale_for
from portal.clock import now
from portal.database import program_settings, unit
from portal.formatting import money, money_short, month, number
from portal.payouts import cipher
from portal.views.distributor.blueprint import blueprint, own_id
from portal.views.distributor.currencies import currency_tabs, opened
from portal.views.distributor.team_words import level_name


@blueprint.get("/team/<uuid:member_id>", endpoint="member")
def show_member(member_id: UUID) -> str:
    """A member of the reader's three levels; everybody else is not found."""
    at = now()
    with unit() as session:
        member = team_member(session, own_id(), member_id, cipher=cipher())
        sales = member_sales(session, own_id(), member_id, now=at, zone=program_settings().time_zone)
        currencies = opened(session, among=sales)
    shown = sales.get(currencies.chosen)
    return render_template(
        "pages/member.html",
        member=member,
        sales=shown,
        currency=currencies.chosen,
        last_at=max((each.last_at for each in sales.values()), default=None),
        now=at,
        level_name=level_name(member.level),
        chart=_chart(shown) if shown and any(sold.orders for _, sold in shown.months) else None,
        currency_tabs=currency_tabs(
            currencies, lambda code: url_for("distributor.member", member_id=member_id, currency=code)
        ),
    )


def _chart(sales: MemberSales) -> dict[str, object]:
    """What `ui.plot` needs: the commission of each month, or where there is none, as of the third level, the sales."""
    brings = any(sold.commission_minor for _, sold in sales.months)
    values = [sold.commission_minor if brings else sold.sales_minor for _, sold in sales.months]
    scale = scale_for(values, least=1000)
    name = gettext("Brought you by month") if brings else gettext("Sales by month")
    days = [day for day, _ in sales.months]
    return {
        "picture": bar_chart(
            values,
            scale=scale,
            notes=[
                f"{month(day)}: {money(value, sales.currency)}"
                for day, value in zip(days, values, strict=True)
            ],
            title=name,
        ),
        "name": name,
        "ticks": [money_short(tick, sales.currency) for tick in scale.ticks],
        "first": month(days[0]),
        "last": month(days[-1]),
        "rows": [
            [
                month(day),
                number(sold.orders),
                money(sold.sales_minor, sales.currency),
                money(sold.commission_minor, sales.currency),
            ]
            for day, sold in reversed(sales.months)
        ],
    }
