"""One level of one order line with every rule there is: the one that counts, and why each other does not."""

from __future__ import annotations

from flask import render_template, request

from distribution.analytics.console_order import order_page
from distribution.analytics.explanation.level import LevelExplanation
from distribution.analytics.explanation.names import known_names
from distribution.analytics.explanation.order import LineExplanation, OrderExplanation
from distribution.analytics.explanation.read import explanation
from distribution.errors import NotFound
from portal.console.blueprint import blueprint
from portal.database import unit
from portal.explaining.names import Names
from portal.explaining.told import told_to_merchant


@blueprint.get("/orders/<int:order_id>/explanation")
def order_level(order_id: int) -> str:
    """The level `level` of the line `line`."""
    level_number = request.args.get("level", 1, int)
    with unit() as session:
        line_id = request.args.get("line", "")
        facts = order_page(session, order_id)
        line, level = _found(explanation(session, order_id, line_id), line_id, level_number)
        people = [] if level.position is None else [level.position.person.id]
        names = Names(known_names(session, [level], people))
    who = "" if level.position is None else names.one("distributor", str(level.position.person.id))
    told = told_to_merchant(line, level, who, facts.currency, names, whole=True)
    return render_template("console/order_level.html", facts=facts, part=told, line_id=line.line.id)


def _found(
    explained: OrderExplanation | None, line_id: str, level_number: int
) -> tuple[LineExplanation, LevelExplanation]:
    for line in explained.lines if explained is not None else ():
        for level in line.levels:
            if (line.line.id, level.level) == (line_id, level_number):
                return line, level
    raise NotFound("there is no such level of a line", line_id=line_id)
