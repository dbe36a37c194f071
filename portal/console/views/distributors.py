"""Distributors: the list, somebody new, and one of them."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from distribution.analytics.console_distributor import distributor_page
from distribution.analytics.console_distributors import counts_by_status
from distribution.analytics.console_distributors import distributors as read_distributors
from distribution.analytics.console_reviews import standing_review
from distribution.audit.record import record
from distribution.errors import DomainError
from distribution.leaving.under_way import is_erased, waiting
from distribution.network.standing import ACTS
from distribution.network.tables import STATUSES
from distribution.promotion.code import new_suffix
from distribution.promotion.recruit import create
from distribution.settings.document import ProgramSettings
from distribution.tax.disclose import reveal as reveal_tax
from distribution.tax.profile import profile
from portal.console.acting import actor, now, put_errors
from portal.console.blueprint import blueprint
from portal.console.forms.distributors import (
    CodeForm,
    DistributorForm,
    GradeForm,
    GroupsForm,
    MoveForm,
    ReasonForm,
    VoucherForm,
)
from portal.console.guard import may, needs
from portal.console.roles import Act
from portal.countries import country_name
from portal.database import program_settings, unit
from portal.forms.offered import offered
from portal.payouts import cipher

DECISIONS = frozenset({"approve", "reject"})


@blueprint.get("/distributors")
def distributors() -> str:
    """Everybody, newest first."""
    wanted = {name: request.args.get(name, "") for name in ("search", "status", "grade", "group")}
    settings = program_settings()
    with unit() as session:
        page = read_distributors(session, **wanted, cursor=request.args.get("cursor"))
        counts = counts_by_status(session)
    return render_template(
        "console/distributors.html",
        page=page,
        **wanted,
        counts=counts,
        statuses=STATUSES,
        grades=[(key, key) for key in reversed(settings.grades)],
        groups=[(key, key) for key in settings.groups],
    )


@blueprint.route("/distributors/new", methods=["GET", "POST"])
@needs(Act.CHANGE_DISTRIBUTORS)
def new_distributor() -> ResponseReturnValue:
    """Add somebody without an application; they set a password by the link for forgotten ones."""
    form = DistributorForm()
    if form.validate_on_submit():
        try:
            with unit() as session:
                recruit = create(
                    session,
                    email=form.email.data,
                    name=form.name.data,
                    sponsor_code=form.sponsor_code.data.strip() or None,
                    code=form.code.data.strip() or None,
                    suffix=new_suffix(),
                    actor=actor(),
                    now=now(),
                )
        except DomainError as error:
            put_errors(form, error, {"sponsor_id": "sponsor_code"})
        else:
            flash(gettext("%(name)s is in the program.", name=recruit.distributor.name), "good")
            return redirect(url_for("console.distributor", distributor_id=recruit.distributor.id), 303)
    return render_template("console/distributor_new.html", form=form), 422 if form.is_submitted() else 200


@blueprint.get("/distributors/<uuid:distributor_id>")
def distributor(distributor_id: UUID) -> str:
    """One of them, the address masked."""
    return page_of(distributor_id)


@blueprint.post("/distributors/<uuid:distributor_id>/reveal")
@needs(Act.SEE_PERSONAL_DATA)
def reveal(distributor_id: UUID) -> str:
    """The same with the address; that somebody looked is on the audit log."""
    with unit() as session:
        record(
            session,
            actor=actor(),
            action="distributor.reveal",
            subject_type="distributor",
            subject_id=distributor_id,
            now=now(),
        )
    return page_of(distributor_id, show_email=True)


def may_do(act: str) -> bool:
    """Whether the one who asks may change a status so; to leave is the distributor's own act."""
    if act == "leave":
        return False
    return may(Act.DECIDE_APPLICATIONS if act in DECISIONS else Act.CHANGE_DISTRIBUTORS)


def page_of(
    distributor_id: UUID, *, show_email: bool = False, show_tax: bool = False, **forms: object
) -> str:
    """The page of one, with a form that was refused in the place of its fresh one.

    `show_tax` shows their name, address and tax id, and notes on the audit log that somebody looked.
    """
    with unit() as session:
        facts = distributor_page(session, distributor_id, now=now(), show_email=show_email)
        tax_profile = profile(session, distributor_id)
        review = standing_review(session, distributor_id=distributor_id)
        closing, erased = waiting(session, distributor_id), is_erased(session, distributor_id)
        tax_details = (
            reveal_tax(session, distributor_id, cipher=cipher(), actor=actor(), now=now())
            if show_tax
            else None
        )
    settings = program_settings()
    return render_template(
        "console/distributor.html",
        facts=facts,
        review=review,
        closing=closing,
        erased=erased,
        show_email=show_email,
        tax_profile=tax_profile,
        tax_details=tax_details,
        country_name=country_name,
        acts=[
            act
            for act in ACTS.values()
            if facts.status in act.allowed_from and may_do(act.name) and not (erased and act.to == "active")
        ],
        settings=settings,
        **{
            "grade_form": grade_form(settings, facts.grade),
            "groups_form": groups_form(settings, facts.groups),
            "reason_form": ReasonForm(formdata=None),
            "move_form": MoveForm(formdata=None),
            "code_form": CodeForm(formdata=None),
            "voucher_form": VoucherForm(formdata=None),
            **forms,
        },
    )


def grade_form(settings: ProgramSettings, present: str | None = None, **options: object) -> GradeForm:
    """The form of a grade, with the program's grades to choose from, the highest first."""
    form = GradeForm(**{"formdata": None, "data": {"grade": present or ""}, **options})
    form.grade.choices = offered(
        ("", gettext("No grade")), *((key, key) for key in reversed(settings.grades))
    )
    return form


def groups_form(settings: ProgramSettings, present: Sequence[str] = (), **options: object) -> GroupsForm:
    """The form of the groups, with the program's groups to tick."""
    form = GroupsForm(**{"formdata": None, "data": {"groups": list(present)}, **options})
    form.groups.choices = offered(*((key, key) for key in settings.groups))
    return form
