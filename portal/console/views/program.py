"""The program's settings."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext

from distribution.commission.change_program import StillHeld, StillPlanned, change_program
from distribution.errors import DomainError
from distribution.settings import program as settings
from portal.console.acting import actor, now
from portal.console.blueprint import blueprint
from portal.console.forms import program as forms
from portal.console.guard import needs
from portal.console.refusals import told
from portal.console.roles import Act
from portal.database import forget_program_settings, unit


@blueprint.get("/program")
def program() -> str:
    """What is set."""
    with unit() as session:
        return render_template("console/program.html", form=forms.filled(settings.read(session)))


@blueprint.post("/program", endpoint="change_program")
@needs(Act.CHANGE_PROGRAM)
def put_program() -> ResponseReturnValue:
    """Put a new version of the settings in force."""
    form = forms.ProgramForm()
    if form.validate_on_submit():
        try:
            with unit() as session:
                change_program(session, forms.changes(form), actor=actor(), now=now())
        except DomainError as error:
            _show(form, error)
        else:
            forget_program_settings()
            flash(gettext("The settings are in force."), "good")
            return redirect(url_for("console.program"), 303)
    return render_template("console/program.html", form=form), 422


def _show(form: forms.ProgramForm, error: DomainError) -> None:
    if isinstance(error, (StillHeld, StillPlanned)):
        form[error.field or ""].errors = [_still_needed(error)]
        return
    for problem in error.facts.get("errors") or [{"field": error.field or ""}]:
        path = problem["field"]
        if path.startswith(("limits-", "settled-", "adjusted-", "charges-", "bought-")):
            rows, index, name = path.split("-")
            field = form[rows][int(index)].form[name]
            amount, code = (
                gettext("Enter an amount like 25.00."),
                gettext("Enter the code of a currency, like EUR."),
            )
            field.errors = [*field.errors, code if name == "currency" else amount]
        elif path.startswith("settlement."):
            form.settled[0].form.currency.errors = [gettext("Enter the code of a currency, like EUR.")]
        elif path.startswith("adjustment."):
            form.adjusted[0].form.currency.errors = [gettext("Enter the code of a currency, like EUR.")]
        elif path.startswith("withdrawal") and _is_charge(problem):
            form.charges[0].form.currency.errors = [
                gettext("Check the fees: a currency like EUR, and the fixed one below what it is taken from.")
            ]
        elif path.startswith("withdrawal") or path == "currency":
            form.limits[0].form.currency.errors = [
                gettext("Check the limits: a currency like EUR, and the smallest not above the largest.")
            ]
        elif path.startswith("questions"):
            form.questions[_place(path)].form.label.errors = [
                gettext("Each question stands there once; a choice has choices, parted by semicolons.")
            ]
        elif path.startswith("bought") or "bought:" in problem.get("message", ""):
            form.bought[0].form.amount.errors = [
                gettext("Say what must have been bought: an amount in a currency like EUR, or a product.")
            ]
        elif path in {"", "max_tree_depth", "depth_acknowledgement"}:
            form.depth_acknowledgement.errors = [
                gettext("A network deeper than three levels needs your reason here.")
            ]
        elif path == "default_currency":
            form.default_currency.errors = [gettext("Enter the code of a currency, like EUR.")]
        elif path.partition(".")[0] in {"grades", "groups"}:
            field = form[path.partition(".")[0]]
            field.errors = [gettext("Each has 1 to 60 characters and stands there once, in whatever case.")]
        elif path.startswith("storefront.picture_hosts"):
            form.picture_hosts.errors = [gettext("A host looks like cdn.example.com, without https://.")]
        elif path.rpartition(".")[2] in form:
            field = form[path.rpartition(".")[2]]
            field.errors = [*field.errors, gettext("This value is not valid.")]
        else:
            flash(told(error), "bad")


def _place(path: str) -> int:
    place = path.split(".")[1] if "." in path else "0"
    return int(place) if place.isdigit() else 0


def _is_charge(problem: dict[str, str]) -> bool:
    charged = ("withdrawal.fee", "withdrawal.second_person")
    return problem["field"].startswith(charged) or " fee " in problem.get("message", "")


def _still_needed(error: DomainError) -> str:
    if isinstance(error, StillHeld):
        return ngettext(
            "%(num)d distributor has “%(key)s”; change that first.",
            "%(num)d distributors have “%(key)s”; change that first.",
            error.facts["holders"],
            key=error.facts["key"],
        )
    return gettext("The plan “%(plan)s” names “%(key)s”.", **error.facts)
