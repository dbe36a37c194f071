"""Posters with one's own link: made up on one page, drawn by a job, kept for phones and for print."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from flask import Response, abort, flash, jsonify, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from distribution.errors import InvalidInput
from distribution.media.keep import read
from distribution.media.own import logo, portrait
from distribution.promotion.poster import ask
from distribution.promotion.poster.draw import preview
from distribution.promotion.poster.make import pictures_of
from distribution.promotion.poster.palettes import PALETTES
from distribution.promotion.poster.spec import LONGEST_HEADLINE, checked, not_drawn
from distribution.promotion.poster.tables import FAILED
from portal.clock import now
from portal.database import program_settings, unit
from portal.picker import pick
from portal.promoting.drawn import HOUR_SECONDS, TILES, answered, hash_of
from portal.promoting.pictures import sent, smaller, why, why_code
from portal.promoting.wanted import (
    IN_CODE_NAMES,
    PALETTE_NAMES,
    TEMPLATE_NAMES,
    read_material,
    read_wanted,
    with_picture,
)
from portal.queue import wake_job
from portal.security import policy_with_pictures
from portal.throttle import exceeded
from portal.views.distributor.blueprint import blueprint, own_id, searched

JOB = "jobs.posters.make_posters"
PREVIEWS, _POSTERS, _SMALL_WIDTH, _SLOW = 1_200, 120, 320, timedelta(seconds=45)


@blueprint.get("/posters", endpoint="posters")
def page() -> Response:
    """The maker: what is chosen stands in the address, so that a look at it needs no script."""
    wanted = read_wanted(request.args)
    with unit() as session:
        found = read_material(session, wanted)
        picker = pick(
            session,
            program_settings(),
            words=searched() or "",
            wanted_channel=request.args.get("channel", ""),
            reader_id=own_id(),
        )
        made = ask.posters(session, own_id())
        has_portrait, has_logo = portrait(session, own_id()) is not None, logo(session) is not None
    answer = render_template(
        "pages/posters.html",
        wanted=wanted,
        picker=picker,
        made=made,
        found=found,
        lost=not_drawn(found.spec) if found else [],
        has_portrait=has_portrait,
        has_logo=has_logo,
        templates=TEMPLATE_NAMES,
        palettes=PALETTE_NAMES,
        colours=PALETTES,
        in_code=IN_CODE_NAMES,
        longest=LONGEST_HEADLINE,
    )
    response = make_response(answer)
    if picker and picker.origins:
        response.headers["Content-Security-Policy"] = policy_with_pictures(picker.origins)
    return response


@blueprint.get("/posters/preview.jpg", endpoint="poster_preview")
def small() -> Response:
    """A small picture of what is chosen, drawn at once."""
    with unit() as session:
        found = read_material(session, read_wanted(request.args))
    if found is None:
        abort(404)
    try:
        spec = checked(with_picture(found))

        def draw() -> bytes:
            with unit() as session:
                pictures = pictures_of(session, spec)
            return preview(spec, pictures)

        key = hash_of("preview", spec.content_hash())
        return answered(key, draw, whose=str(own_id()), content_type="image/jpeg", limit=PREVIEWS)
    except InvalidInput as error:
        return Response(why(error), 422, content_type="text/plain; charset=utf-8")


@blueprint.post("/posters", endpoint="make_poster")
def make() -> ResponseReturnValue:
    """Look at what is chosen, or have it made."""
    wanted = read_wanted(request.form)
    back = redirect(url_for("distributor.posters", **wanted.arguments(), _anchor="preview"), 303)
    if request.form.get("act") != "make":
        return back
    if exceeded("poster", str(own_id()), limit=_POSTERS, seconds=HOUR_SECONDS):
        flash(gettext("You have made many posters within the hour. Try again a little later."), "bad")
        return back
    with unit() as session:
        found = read_material(session, wanted)
    if found is None:
        return back
    spec = with_picture(found)
    try:
        with unit() as session:
            poster_id = ask.ask(session, own_id(), spec, now=now()).id
    except InvalidInput as error:
        flash(why(error), "bad")
        return back
    wake_job(JOB)
    return redirect(url_for("distributor.poster", poster_id=poster_id), 303)


@blueprint.get("/posters/<uuid:poster_id>", endpoint="poster")
def one(poster_id: UUID) -> str:
    """A poster with its files, or that it is being made."""
    with unit() as session:
        found = ask.poster(session, own_id(), poster_id)
    return render_template(
        "pages/poster.html",
        poster=found,
        failed=found.problem == FAILED,
        problem=why_code(found.problem) if found.problem and found.problem != FAILED else None,
        slow=now() - found.asked_at > _SLOW,
    )


@blueprint.get("/posters/<uuid:poster_id>/state", endpoint="poster_state")
def state(poster_id: UUID) -> Response:
    """Whether it is still waited for, as a script asks every few seconds."""
    with unit() as session:
        found = ask.poster(session, own_id(), poster_id)
    response = jsonify(waiting=found.made_at is None and found.problem is None)
    response.headers["Cache-Control"] = "private, no-store"
    return response


@blueprint.post("/posters/<uuid:poster_id>/again", endpoint="poster_again")
def again(poster_id: UUID) -> ResponseReturnValue:
    """Try once more what could not be made."""
    if exceeded("poster", str(own_id()), limit=_POSTERS, seconds=HOUR_SECONDS):
        flash(gettext("You have made many posters within the hour. Try again a little later."), "bad")
    else:
        with unit() as session:
            ask.ask_again(session, own_id(), poster_id, now=now())
        wake_job(JOB)
    return redirect(url_for("distributor.poster", poster_id=poster_id), 303)


@blueprint.get("/posters/<uuid:poster_id>/small.jpg", endpoint="poster_small")
def thumbnail(poster_id: UUID) -> Response:
    """A made poster, small, for the list of them."""
    with unit() as session:
        found = ask.poster(session, own_id(), poster_id)
    if found.png is None:
        abort(404)

    def draw() -> bytes:
        with unit() as session:
            kept = read(session, found.png) if found.png is not None else None
        return smaller(kept, width=_SMALL_WIDTH).content if kept else abort(404)

    key = hash_of("small", found.png, _SMALL_WIDTH)
    return answered(key, draw, whose=str(own_id()), content_type="image/jpeg", limit=TILES)


@blueprint.get("/posters/<uuid:poster_id>/poster.<any(png, pdf):kind>", endpoint="poster_file")
def file(poster_id: UUID, kind: str) -> Response:
    """One of its files: to look at, or with `download` in the address to take along."""
    with unit() as session:
        found = ask.poster(session, own_id(), poster_id)
        digest = found.png if kind == "png" else found.pdf
        kept = read(session, digest) if digest is not None else None
    return sent(kept, name=f"poster-{found.spec['template']}.{kind}" if "download" in request.args else None)
