"""What may become of a distributor: another status, another sponsor."""

from __future__ import annotations

from uuid import UUID

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from distribution.analytics.console_distributor import by_code_or_email
from distribution.errors import DomainError
from distribution.leaving.dismiss import change_status as carry_out
from distribution.network.move import move
from distribution.network.standing import ACTS
from portal.console.acting import acted, actor, now, put_errors
from portal.console.blueprint import blueprint
from portal.console.forms.distributors import MoveForm
from portal.console.guard import needs
from portal.console.roles import Act
from portal.console.views.distributors import may_do, page_of
from portal.database import unit

_WITHOUT_REASON = frozenset({"approve", "reinstate"})


@blueprint.post("/distributors/<uuid:distributor_id>/standing/<act>")
@needs(Act.DECIDE_APPLICATIONS, Act.CHANGE_DISTRIBUTORS)
def change_status(distributor_id: UUID, act: str) -> ResponseReturnValue:
    """Approve, reject, suspend, reinstate or remove."""
    if act not in ACTS:
        abort(404)
    if not may_do(act):
        abort(403)
    then = url_for("console.distributor", distributor_id=distributor_id)
    reason = " ".join(request.form.get("reason", "").split())[:500] or None
    if reason is None and act not in _WITHOUT_REASON:
        flash(gettext("Say why, in a few words."), "bad")
        return redirect(then, 303)
    return acted(
        lambda session: carry_out(
            session, distributor_id, ACTS[act], actor=actor(), now=now(), reason=reason
        ),
        done=gettext("Done."),
        then=then,
    )


@blueprint.post("/distributors/<uuid:distributor_id>/sponsor")
@needs(Act.CHANGE_DISTRIBUTORS)
def change_sponsor(distributor_id: UUID) -> ResponseReturnValue:
    """Move them, with everybody below, under another sponsor from now on."""
    form = MoveForm()
    if form.validate_on_submit():
        try:
            with unit() as session:
                wanted = form.sponsor.data.strip()
                sponsor_id = by_code_or_email(session, wanted) if wanted else None
                if wanted and sponsor_id is None:
                    form.sponsor.errors = [gettext("Nobody has this code, address or id.")]
                else:
                    move(
                        session,
                        distributor_id,
                        sponsor_id=sponsor_id,
                        actor=actor(),
                        now=now(),
                        reason=form.reason.data.strip(),
                    )
        except DomainError as error:
            put_errors(form, error, {"sponsor_id": "sponsor"})
        if not form.errors and not form.sponsor.errors:
            flash(gettext("Moved. Orders placed before keep the upline they had."), "good")
            return redirect(url_for("console.distributor", distributor_id=distributor_id), 303)
    return page_of(distributor_id, move_form=form), 422
