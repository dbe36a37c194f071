"""Who may sign in to the console, with which role."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from distribution.analytics.console_access import merchants
from distribution.commission.change_program import change_program
from distribution.errors import DomainError
from distribution.settings.merchants import change_role, create
from portal.console.acting import acted, actor, now, put_errors
from portal.console.blueprint import blueprint
from portal.console.forms.access import PersonForm, SecondStepForm
from portal.console.guard import needs
from portal.console.roles import ROLES, Act
from portal.database import forget_program_settings, program_settings, unit


@blueprint.get("/people")
def people() -> str:
    """Every login of the console."""
    return _page(PersonForm(formdata=None))


@blueprint.post("/people")
@needs(Act.MANAGE_ACCESS)
def add_person() -> ResponseReturnValue:
    """Add a login."""
    form = PersonForm()
    if form.validate_on_submit():
        try:
            with unit() as session:
                create(
                    session,
                    email=form.email.data,
                    name=form.name.data,
                    role=form.role.data,
                    password=form.password.data,
                    actor=actor(),
                    now=now(),
                )
        except DomainError as error:
            put_errors(form, error)
        else:
            flash(gettext("%(name)s may sign in.", name=form.name.data), "good")
            return redirect(url_for("console.people"), 303)
    return _page(form), 422


@blueprint.post("/people/<uuid:merchant_id>/role")
@needs(Act.MANAGE_ACCESS)
def change_person_role(merchant_id: UUID) -> ResponseReturnValue:
    """Give a login another role; its sessions end."""
    return acted(
        lambda session: change_role(
            session, merchant_id, role=request.form.get("role", ""), actor=actor(), now=now()
        ),
        done=gettext("The role is changed; they sign in anew."),
        then=url_for("console.people"),
    )


@blueprint.post("/people/second-step")
@needs(Act.MANAGE_ACCESS)
def demand_second_step() -> ResponseReturnValue:
    """Say which roles sign in with a code beside the password."""
    form = SecondStepForm()
    if not form.validate_on_submit():
        return _page(PersonForm(formdata=None), form), 422
    rules = {
        "second_factor_roles": form.roles.data,
        "second_factor_from": form.begins.data.isoformat() if form.begins.data else None,
    }
    answer = acted(
        lambda session: change_program(session, {"sign_in": rules}, actor=actor(), now=now()),
        done=gettext("The rule is in force."),
        then=url_for("console.people"),
    )
    forget_program_settings()
    return answer


def _page(form: PersonForm, rule: SecondStepForm | None = None) -> str:
    with unit() as session:
        rows = merchants(session)
    rules = program_settings().sign_in
    return render_template(
        "console/people.html",
        rows=rows,
        form=form,
        rule=rule
        or SecondStepForm(formdata=None, roles=rules.second_factor_roles, begins=rules.second_factor_from),
        roles=ROLES,
    )
