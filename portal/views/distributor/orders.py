"""Orders with where they are and what they bring; one order with its explanation."""

from __future__ import annotations

from flask import render_template, request, url_for
from flask_babel import gettext

from distribution.analytics.explanation.names import known_names
from distribution.analytics.order_detail import order_detail
from distribution.analytics.orders import orders
from portal.clock import now
from portal.database import program_settings, unit
from portal.explaining.names import Names
from portal.explaining.periods import adjustment_words, period_words
from portal.explaining.told import told_to_distributor
from portal.order_timeline import order_timeline
from portal.views.distributor.blueprint import blueprint, chosen, cursor, own_id, searched


@blueprint.get("/orders", endpoint="orders")
def page() -> str:
    """One page of orders."""
    level = chosen("level", ("", "1", "2", "3"))
    search = searched()
    number = search.lstrip("#") if search else None
    with unit() as session:
        found = orders(session, own_id(), level=int(level) if level else None, number=number, after=cursor())
    return render_template(
        "pages/orders.html",
        page=found,
        level=level,
        search=search,
        level_tabs=[
            (name, url_for("distributor.orders", level=value or None, q=search), value == level)
            for value, name in (
                ("", gettext("All")),
                ("1", gettext("Your sales")),
                ("2", gettext("Level 2")),
                ("3", gettext("Level 3")),
            )
        ],
        next_page=url_for("distributor.orders", level=level or None, q=search, after=found.next.text())
        if found.next
        else None,
        first_page=url_for("distributor.orders", level=level or None, q=search)
        if request.args.get("after")
        else None,
    )


@blueprint.get("/orders/<int:order_id>", endpoint="order")
def detail(order_id: int) -> str:
    """One order: its way so far, each share explained, every recorded line."""
    zone = program_settings().time_zone
    with unit() as session:
        found = order_detail(session, own_id(), order_id, zone=zone)
        known = known_names(session, (each.level for each in found.explanations))
    names = Names(known, reader=str(own_id()))
    return render_template(
        "pages/order.html",
        order=found,
        told=[told_to_distributor(each, found.currency, names) for each in found.explanations],
        timeline=order_timeline(found, now()),
        period_words=period_words,
        adjustment_words=adjustment_words,
    )
