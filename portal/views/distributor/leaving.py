"""Taking one's data along, and closing the account."""

from __future__ import annotations

from flask import Response, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from distribution.analytics.balances import balances
from distribution.leaving import close, export
from distribution.leaving.expected import open_orders
from distribution.leaving.keep import NothingToTakeBack, take_back
from distribution.leaving.under_way import waiting
from portal.clock import now
from portal.database import program_settings, unit
from portal.distributors import AREA
from portal.forms.leaving import ClosingForm
from portal.payouts import cipher
from portal.securing import proof
from portal.views.distributor.blueprint import blueprint, own_id


@blueprint.get("/account/data", endpoint="data")
def page() -> str:
    """The copy of one's data, and what closing the account means now."""
    return _page(ClosingForm(formdata=None))


@blueprint.post("/account/data", endpoint="ask_data")
def ask_data() -> ResponseReturnValue:
    """Have a copy made."""
    if (first := proof.first(AREA, back=url_for("distributor.data"))) is not None:
        return first
    with unit() as session:
        export.ask(session, own_id(), now=now())
    flash(gettext("Your data is being put together. Come back in a few minutes."), "good")
    return redirect(url_for("distributor.data"), 303)


@blueprint.get("/account/data.zip", endpoint="fetch_data")
def fetch() -> ResponseReturnValue:
    """Download the copy."""
    if (first := proof.first(AREA, back=url_for("distributor.data"))) is not None:
        return first
    with unit() as session:
        found = export.fetch(session, own_id(), cipher=cipher(), now=now())
    if found is None:
        flash(gettext("There is no copy to download. Ask for a new one."), "bad")
        return redirect(url_for("distributor.data"), 303)
    response = Response(found, content_type="application/zip")
    response.headers["Content-Disposition"] = 'attachment; filename="my-data.zip"'
    response.headers["Cache-Control"] = "private, no-store"
    return response


@blueprint.post("/account/close", endpoint="close_account")
def ask_closing() -> ResponseReturnValue:
    """Wish the account closed."""
    if (first := proof.first(AREA, back=url_for("distributor.data") + "#close")) is not None:
        return first
    form = ClosingForm()
    if not form.validate():
        return _page(form), 422
    with unit() as session:
        close.ask(
            session,
            own_id(),
            forgoes_rest=form.forgoes_rest.data,
            reason=(form.reason.data or "").strip() or None,
            now=now(),
        )
    flash(gettext("Noted. Until the day below you can take it back."), "warn")
    return redirect(url_for("distributor.data") + "#close", 303)


@blueprint.post("/account/close/take-back", endpoint="keep_account")
def keep_account() -> ResponseReturnValue:
    """Keep the account."""
    try:
        with unit() as session:
            take_back(session, own_id(), now=now())
    except NothingToTakeBack:
        flash(gettext("This cannot be taken back any more."), "bad")
    else:
        flash(gettext("Your account stays."), "good")
    return redirect(url_for("distributor.data") + "#close", 303)


def _page(form: ClosingForm) -> str:
    with unit() as session:
        copy = export.newest(session, own_id(), now=now())
        closing = waiting(session, own_id())
        money = [each for each in balances(session, own_id(), now=now()) if not each.is_empty]
        awaited = open_orders(session, own_id(), settings=program_settings(), now=now())
    return render_template(
        "pages/data.html",
        copy=copy,
        closing=closing,
        money=money,
        awaited=awaited,
        form=form,
        now=now(),
        program=program_settings(),
    )
