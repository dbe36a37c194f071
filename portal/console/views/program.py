"""The program's settings."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from distribution.errors import DomainError
from distribution.settings import program as settings
from portal.console.acting import actor, now
from portal.console.blueprint import blueprint
from portal.console.forms import program as forms
from portal.console.guard import needs
from portal.console.roles import Act
from portal.console.words import told
from portal.database import forget_program_settings, unit


@blueprint.get("/program")
def program() -> str:
    """What is set."""
    with unit() as session:
        return render_template("console/program.html", form=forms.filled(settings.read(session)))


@blueprint.post("/program")
@needs(Act.CHANGE_PROGRAM)
def change_program() -> ResponseReturnValue:
    """Put a new version of the settings in force."""
    form = forms.ProgramForm()
    if form.validate_on_submit():
        try:
            with unit() as session:
                settings.change(session, forms.changes(form), actor=actor(), now=now())
        except DomainError as error:
            _show(form, error)
        else:
            forget_program_settings()
            flash(gettext("The settings are in force."), "good")
            return redirect(url_for("console.program"), 303)
    return render_template("console/program.html", form=form), 422


def _show(form: forms.ProgramForm, error: DomainError) -> None:
    for problem in error.facts.get("errors") or [{"field": error.field or ""}]:
        path = problem["field"]
        if path.startswith("limits-"):
            _, index, name = path.split("-")
            field = form.limits[int(index)].form[name]
            field.errors = [*field.errors, gettext("Enter an amount like 25.00.")]
        elif path.startswith("withdrawal") or path == "currency":
            form.limits[0].form.currency.errors = [
                gettext("Check the limits: a currency like EUR, and the smallest not above the largest.")
            ]
        elif path in {"", "max_tree_depth", "depth_acknowledgement"}:
            form.depth_acknowledgement.errors = [
                gettext("A network deeper than three levels needs your reason here.")
            ]
        elif path == "default_currency":
            form.default_currency.errors = [gettext("Enter the code of a currency, like EUR.")]
        elif path.rpartition(".")[2] in form:
            field = form[path.rpartition(".")[2]]
            field.errors = [*field.errors, gettext("This value is not possible.")]
        else:
            flash(told(error), "bad")
