"""The queue of personal pages: looked at before anybody sees them, and again when somebody complains."""

from __future__ import annotations

from uuid import UUID

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from distribution.media.keep import read
from distribution.personal_page import moderate
from distribution.personal_page.tables import PageVersion
from portal import showcase
from portal.console.acting import acted, actor, now
from portal.console.blueprint import blueprint
from portal.console.guard import needs
from portal.console.roles import Act
from portal.console.words import PAGE_REPORTS
from portal.database import program_settings, unit
from portal.security import policy_with_pictures

_QUEUES = ("pending", "reported", "approved", "rejected", "taken_down")


@blueprint.get("/pages")
def personal_pages() -> ResponseReturnValue:
    """Those that wait, those somebody complained of, and what was decided."""
    queue = request.args.get("queue", "pending")
    queue = queue if queue in _QUEUES else "pending"
    with unit() as session:
        if queue == "reported":
            rows = [(each.version, each.reports) for each in moderate.reported(session)]
        else:
            rows = [(each, ()) for each in moderate.in_state(session, queue)]
        pending, reports = moderate.counts(session)
        wanted = list(dict.fromkeys(key for version, _ in rows for key in version.product_ids))
        picker = showcase.chosen(session, program_settings(), wanted)
    offers = {tile.offer.id: tile for tile in picker.tiles} if picker else {}
    page = render_template(
        "console/personal_pages.html",
        rows=rows,
        queue=queue,
        pending=pending,
        reports=reports,
        offers=offers,
        categories=PAGE_REPORTS,
        now=now(),
    )
    headers = {}
    if picker and picker.tiles:
        headers["Content-Security-Policy"] = policy_with_pictures(picker.origins)
    return page, 200, headers


@blueprint.get("/pages/<uuid:version_id>/portrait")
def page_portrait(version_id: UUID) -> ResponseReturnValue:
    """The portrait of a version."""
    with unit() as session:
        version = session.get(PageVersion, version_id)
        digest = version.portrait_digest if version else None
        found = read(session, digest) if digest else None
    if found is None:
        abort(404)
    return found.content, 200, {"Content-Type": found.content_type, "Cache-Control": "private, max-age=300"}


@blueprint.post("/pages/<uuid:version_id>")
@needs(Act.DECIDE_APPLICATIONS)
def decide_page(version_id: UUID) -> ResponseReturnValue:
    """Approve, reject, keep or take down; all but the first with a reason."""
    act = request.form.get("act")
    reason = " ".join(request.form.get("reason", "").split())[:500]
    back = url_for("console.personal_pages", queue=request.form.get("queue"))
    if act in {"reject", "take_down"} and not reason:
        flash(gettext("Say why, in a few words."), "bad")
        return redirect(back, 303)
    who, at = actor(), now()
    if act == "approve":
        return acted(
            lambda session: moderate.approve(session, version_id, actor=who, now=at),
            done=gettext("The page is public."),
            then=back,
        )
    if act == "reject":
        return acted(
            lambda session: moderate.reject(session, version_id, actor=who, reason=reason, now=at),
            done=gettext("The page is rejected."),
            then=back,
        )
    if act == "take_down":
        return acted(
            lambda session: moderate.take_down(session, version_id, actor=who, reason=reason, now=at),
            done=gettext("The page is not public any more."),
            then=back,
        )
    if act != "keep":
        abort(400)
    return acted(
        lambda session: moderate.close_reports(session, version_id, actor=who, now=at),
        done=gettext("The page stays as it is."),
        then=back,
    )
