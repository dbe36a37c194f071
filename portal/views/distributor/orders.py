"""Orders with where they are and what they bring; one order with its explanation."""

from __future__ import annotations

from functools import partial
from typing import cast, get_args

from flask import Response, render_template, request, url_for
from flask_babel import gettext

from distribution.analytics.explanation.names import known_names
from distribution.analytics.order_detail import order_detail
from distribution.analytics.order_state import OrderState
from distribution.analytics.orders import OrderFilter, orders
from distribution.analytics.own_files import ORDER_COLUMNS, order_rows
from portal.clock import now
from portal.countries import country_name
from portal.database import program_settings, unit
from portal.days import asked_days
from portal.explaining.names import Names
from portal.explaining.periods import adjustment_words, period_words
from portal.explaining.told import told_to_distributor
from portal.order_timeline import order_timeline
from portal.views.distributor.blueprint import blueprint, chosen, cursor, own_id, searched
from portal.views.distributor.taken_along import taken_along
from portal.words import word

# A draft has no terms, hence is on nobody's list.
STATES = tuple(state for state in get_args(OrderState) if state != "draft")


@blueprint.get("/orders", endpoint="orders")
def page() -> str:
    """One page of orders."""
    with unit() as session:
        found = orders(session, own_id(), _wanted(), after=cursor())
    asked = _asked()
    here = partial(url_for, "distributor.orders")
    narrowed = {key: asked[key] for key in ("state", "from", "to")}
    return render_template(
        "pages/orders.html",
        page=found,
        asked=asked,
        days=asked_days(),
        narrowed=sum(value is not None for value in narrowed.values()),
        whole=here(**{**asked, **dict.fromkeys(narrowed)}),
        state_options=[(state, word(state, "order")) for state in STATES],
        level_tabs=[
            (name, here(**{**asked, "level": value}), value == asked["level"])
            for value, name in (
                (None, gettext("All")),
                ("1", gettext("Your sales")),
                ("2", gettext("Level 2")),
                ("3", gettext("Level 3")),
            )
        ],
        file_page=url_for("distributor.orders_file", **asked),
        next_page=here(**asked, after=found.next.text()) if found.next else None,
        first_page=here(**asked) if request.args.get("after") else None,
    )


@blueprint.get("/orders.csv", endpoint="orders_file")
def file() -> Response:
    """The orders that the list shows, all its pages, as a table."""
    whose, wanted = own_id(), _wanted()
    return taken_along("orders.csv", ORDER_COLUMNS, lambda session: order_rows(session, whose, wanted))


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
        country_name=country_name,
        told=[told_to_distributor(each, found.currency, names) for each in found.explanations],
        timeline=order_timeline(found, now()),
        period_words=period_words,
        adjustment_words=adjustment_words,
    )


def _asked() -> dict[str, str | None]:
    """What the list is narrowed to, as it stands in an address."""
    days = asked_days()
    return {
        "q": searched(),
        "level": chosen("level", ("", "1", "2", "3")) or None,
        "state": chosen("state", ("", *STATES)) or None,
        "from": days.first.isoformat() if days.first else None,
        "to": days.last.isoformat() if days.last else None,
    }


def _wanted() -> OrderFilter:
    """The same as the read of orders is asked."""
    asked, days = _asked(), asked_days()
    return OrderFilter(
        level=int(asked["level"]) if asked["level"] else None,
        number=(asked["q"] or "").lstrip("#") or None,
        state=cast("OrderState | None", asked["state"]),
        since=days.begins_at,
        until=days.ends_at,
    )
