"""Reviews: commission that is held back or let go earlier, one by one or many at once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext
from sqlalchemy.orm import Session

from distribution.analytics.console_reviews import reviews as read_reviews
from distribution.analytics.console_reviews import subject_of
from distribution.commission.review.decide import review
from distribution.commission.review.moving import Subject
from distribution.commission.review.rule import DATED, RELEASE
from distribution.commission.review.tables import CommissionReview
from distribution.errors import DomainError, NotFound
from portal.console.acting import actor, each, now, said
from portal.console.blueprint import blueprint
from portal.console.forms.reviews import DECISIONS, ReviewForm
from portal.console.guard import needs
from portal.console.parsing import chosen_numbers, local_moment
from portal.console.roles import Act
from portal.database import program_settings, unit


@blueprint.get("/reviews")
def reviews() -> str:
    """What stands, or every decision; a form that may be filled in by the address."""
    return _page(ReviewForm(formdata=None, subjects=request.args.get("about", "")[:254]))


@blueprint.post("/reviews")
@needs(Act.REVIEW_COMMISSION)
def decide_reviews() -> ResponseReturnValue:
    """Decide the same for every order and distributor that is named."""
    form = ReviewForm()
    if not form.validate_on_submit():
        return _page(form), 422
    moment = local_moment(form.moment.data or "", program_settings().time_zone)
    if form.decision.data in DATED and moment is None:
        form.moment.errors = [gettext("Enter a date and a time.")]
        return _page(form), 422
    names, decision = form.names(), form.decision.data
    try:
        with unit() as session:
            subjects = [subject_of(session, name) for name in names]
    except DomainError as error:
        wanted = error.facts.get("wanted", "")
        form.subjects.errors = [
            gettext("“%(name)s” is no order and nobody's code, address or id.", name=wanted)
        ]
        return _page(form), 422
    count, refused = each(
        list(dict.fromkeys(subjects)),
        _decided(decision, moment if decision in DATED else None, form.reason.data),
    )
    done = ngettext("Decided for %(num)d.", "Decided for %(num)d.", count)
    return said(count, refused, done, url_for("console.reviews"))


@blueprint.post("/reviews/release")
@needs(Act.REVIEW_COMMISSION)
def release_reviews() -> ResponseReturnValue:
    """Release what was chosen, or the one whose own button was pressed."""
    back = url_for("console.reviews")
    numbers = chosen_numbers("release_one") or chosen_numbers("ids")
    reason = " ".join(request.form.get("reason", "").split())[:500]
    if not numbers or not reason:
        flash(gettext("Choose at least one.") if not numbers else gettext("Say why, in a few words."), "bad")
        return redirect(back, 303)

    def release(session: Session, number: int) -> None:
        decided = session.get(CommissionReview, number)
        if decided is None:
            raise NotFound(f"there is no decision {number}")
        subject = Subject(decided.order_id, decided.distributor_id)
        _decided(RELEASE, None, reason)(session, subject)

    count, refused = each(numbers, release)
    return said(count, refused, ngettext("%(num)d released.", "%(num)d released.", count), back)


def _decided(
    decision: str, moment: datetime | None, reason: str
) -> Callable[[Session, Subject], CommissionReview]:
    return lambda session, subject: review(
        session, subject, decision=decision, moment=moment, reason=reason, actor=actor(), now=now()
    )


def _page(form: ReviewForm) -> str:
    queue = "all" if request.args.get("queue") == "all" else "standing"
    with unit() as session:
        found = read_reviews(session, only_standing=queue == "standing", cursor=request.args.get("cursor"))
    return render_template(
        "console/reviews.html",
        page=found.rows,
        names=found.names,
        moved=found.moved,
        queue=queue,
        form=form,
        decisions=DECISIONS,
        zone=program_settings().time_zone,
        now=now(),
    )
