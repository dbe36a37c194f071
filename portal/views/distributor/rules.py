"""The rules as they are for one distributor: their rates, their hold, their tax."""

from __future__ import annotations

from flask import render_template, url_for

from portal.clock import now
from portal.database import program_settings, unit
from portal.rules.page import rules_words
from portal.views.distributor.blueprint import blueprint, own_id
from portal.views.distributor.currencies import currency_tabs, opened


@blueprint.get("/account/rules", endpoint="rules")
def page() -> str:
    """What they earn, when it becomes theirs, and what is expected of them."""
    with unit() as session:
        currencies = opened(session)
        words = rules_words(
            session, program_settings(), now=now(), reader_id=own_id(), currency=currencies.chosen
        )
    return render_template(
        "pages/rules_own.html",
        rules=words,
        program=program_settings(),
        currency_tabs=currency_tabs(currencies, lambda code: url_for("distributor.rules", currency=code)),
    )
