"""The program's settings."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from distribution.commission.change_program import change_program
from distribution.errors import DomainError
from distribution.settings import program as settings
from portal.console.acting import actor, now
from portal.console.blueprint import blueprint
from portal.console.forms import program as forms
from portal.console.forms.program_problems import put_problems
from portal.console.guard import needs
from portal.console.roles import Act
from portal.database import forget_program_settings, unit


@blueprint.get("/program")
def program() -> str:
    """The settings in force, as a form."""
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
            put_problems(form, error)
        else:
            forget_program_settings()
            flash(gettext("The settings are in force."), "good")
            return redirect(url_for("console.program"), 303)
    return render_template("console/program.html", form=form), 422
