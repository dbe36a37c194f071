"""A distributor's grade and groups."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from distribution.errors import DomainError
from distribution.network.grade import set_grade
from distribution.network.groups import set_groups
from portal.console.acting import actor, now, put_errors
from portal.console.blueprint import blueprint
from portal.console.guard import needs
from portal.console.roles import Act
from portal.console.views.distributors import grade_form, groups_form, page_of
from portal.database import program_settings, unit


@blueprint.post("/distributors/<uuid:distributor_id>/grade")
@needs(Act.CHANGE_DISTRIBUTORS)
def change_grade(distributor_id: UUID) -> ResponseReturnValue:
    """Put them into another grade from now on."""
    form = grade_form(program_settings(), formdata=request.form)
    if form.validate_on_submit():
        try:
            with unit() as session:
                set_grade(
                    session,
                    distributor_id,
                    grade=form.grade.data or None,
                    reason=form.reason.data.strip(),
                    actor=actor(),
                    now=now(),
                )
        except DomainError as error:
            put_errors(form, error)
        else:
            flash(gettext("The grade is changed. Orders placed before keep the one that held then."), "good")
            return redirect(url_for("console.distributor", distributor_id=distributor_id), 303)
    return page_of(distributor_id, grade_form=form), 422


@blueprint.post("/distributors/<uuid:distributor_id>/groups")
@needs(Act.CHANGE_DISTRIBUTORS)
def change_groups(distributor_id: UUID) -> ResponseReturnValue:
    """Put them into exactly these groups from now on."""
    form = groups_form(program_settings(), formdata=request.form)
    if form.validate_on_submit():
        try:
            with unit() as session:
                set_groups(
                    session,
                    distributor_id,
                    groups=form.groups.data,
                    reason=form.reason.data.strip(),
                    actor=actor(),
                    now=now(),
                )
        except DomainError as error:
            put_errors(form, error)
        else:
            flash(gettext("The groups are changed. Orders placed before keep those that held then."), "good")
            return redirect(url_for("console.distributor", distributor_id=distributor_id), 303)
    return page_of(distributor_id, groups_form=form), 422
