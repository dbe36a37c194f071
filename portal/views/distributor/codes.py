"""The QR code of a link in colours, with one's portrait or the shop's logo in it; and that portrait."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from distribution.analytics.share_code import share_code
from distribution.errors import InvalidInput
from distribution.media.keep import read
from distribution.media.own import logo, portrait, put_portrait, remove_portrait
from distribution.promotion import qr
from distribution.promotion.errors import LinkTooLong
from distribution.promotion.saved.find import find_link
from portal.built_link import to_page, to_saved
from portal.clock import now
from portal.database import unit
from portal.promoting.drawn import TooManyDrawings, answered, drawn, hash_of, why_too_many
from portal.promoting.pictures import UPLOAD_BYTES, opened, sent, uploaded, why
from portal.promoting.wanted import IN_CODE_NAMES
from portal.security import takes_file
from portal.urls import local_target
from portal.views.distributor.blueprint import blueprint, chosen, own_id

LOOKS = (
    ("#000000", "#ffffff"),
    ("#0b6b50", "#ffffff"),
    ("#8c2a1b", "#fff6ea"),
    ("#1f3f8f", "#eef3fb"),
    ("#14201f", "#e9c98b"),
    ("#4a2c6b", "#f6f0fa"),
)


@blueprint.get("/links/code", endpoint="code_look")
def page() -> ResponseReturnValue:
    """Choose how the code looks; the picture shown is the one that was read back."""
    try:
        asked = _asked()
    except LinkTooLong as error:
        flash(why(error), "bad")
        return redirect(url_for("distributor.links", page=request.args["to"], _anchor="build"), 303)
    problem = None
    try:
        drawn(_key(asked, "png"), lambda: _png(asked), whose=str(own_id()))
    except InvalidInput as error:
        problem = why(error)
    except TooManyDrawings:
        problem = why_too_many()
    with unit() as session:
        has_portrait, has_logo = portrait(session, own_id()) is not None, logo(session) is not None
    return render_template(
        "pages/code.html",
        **{name: asked[name] for name in ("target", "link", "dark", "light", "middle")},
        problem=problem,
        looks=LOOKS,
        middles=IN_CODE_NAMES,
        has_portrait=has_portrait,
        has_logo=has_logo,
    )


@blueprint.get("/links/code.<any(png, svg):kind>", endpoint="code_picture")
def picture(kind: str) -> Response:
    """The code as a picture; 422 for one that no phone could read."""
    try:
        asked, whose = _asked(), str(own_id())
    except LinkTooLong as error:
        return Response(why(error), 422, content_type="text/plain; charset=utf-8")

    def vectors() -> bytes:
        # What is drawn as dots without an error is readable as vectors too.
        drawn(_key(asked, "png"), lambda: _png(asked), whose=whose)
        return qr.pictured_svg(asked["link"], _look(asked), middle=_middle(asked)).encode()

    try:
        return answered(
            _key(asked, kind),
            vectors if kind == "svg" else lambda: _png(asked),
            whose=whose,
            content_type="image/svg+xml" if kind == "svg" else "image/png",
            name=f"code.{kind}" if "download" in request.args else None,
        )
    except InvalidInput as error:
        return Response(why(error), 422, content_type="text/plain; charset=utf-8")


@blueprint.post("/portrait", endpoint="put_portrait")
@takes_file(UPLOAD_BYTES)
def save_portrait() -> ResponseReturnValue:
    """Show this picture on posters and codes from now on."""
    back = redirect(local_target(request.form.get("next")), 303)
    content = uploaded("portrait")
    try:
        with unit() as session:
            put_portrait(session, own_id(), content, now=now())
    except InvalidInput as error:
        flash(why(error), "bad")
    else:
        flash(gettext("Your picture is saved."), "good")
    return back


@blueprint.post("/portrait/remove", endpoint="remove_portrait")
def drop_portrait() -> ResponseReturnValue:
    """Take one's own picture away."""
    with unit() as session:
        remove_portrait(session, own_id())
    return redirect(local_target(request.form.get("next")), 303)


@blueprint.get("/portrait", endpoint="portrait")
def own_portrait() -> Response:
    """One's own picture."""
    with unit() as session:
        digest = portrait(session, own_id())
        file = read(session, digest) if digest is not None else None
    response = sent(file)
    response.headers["Cache-Control"] = "private, no-cache"
    return response


def _asked() -> dict[str, Any]:
    """The link and the look that the address asks for, the middle by the digest of its picture."""
    middle = chosen("middle", tuple(IN_CODE_NAMES))
    with unit() as session:
        share = share_code(session, own_id())
        digest = None
        if middle != "nothing":
            digest = portrait(session, own_id()) if middle == "portrait" else logo(session)
    if share is None:
        abort(404)
    slug, to = request.args.get("link", "")[:200], request.args.get("to", "")
    if slug:
        with unit() as session:
            saved = find_link(session, share, slug.replace("\x00", ""))
        if saved is None:
            abort(404)
        built = to_saved(share, saved.slug, saved.path)
    else:
        if to and (not to.startswith("/") or not to.isprintable()):
            abort(404)
        built = to_page(share, to or None)
    return {
        "target": {"link": built.slug} if built.slug else {"to": to or None},
        "link": built.link,
        "dark": request.args.get("dark", LOOKS[0][0]).lower()[:7],
        "light": request.args.get("light", LOOKS[0][1]).lower()[:7],
        "middle": middle,
        "digest": digest,
    }


def _key(asked: dict[str, Any], kind: str) -> str:
    return hash_of("code", kind, *(asked[name] for name in ("link", "dark", "light", "middle", "digest")))


def _look(asked: dict[str, Any]) -> qr.Look:
    return qr.Look(dark=asked["dark"], light=asked["light"])


def _middle(asked: dict[str, Any]) -> qr.Middle | None:
    with unit() as session:
        found = opened(session, asked["digest"])
    return qr.Middle(found, "circle" if asked["middle"] == "portrait" else "square") if found else None


def _png(asked: dict[str, Any]) -> bytes:
    file = BytesIO()
    qr.pictured(asked["link"], _look(asked), middle=_middle(asked)).save(file, "PNG", optimize=True)
    return file.getvalue()
