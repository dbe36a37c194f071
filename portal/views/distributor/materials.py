"""What the merchant gives to forward: found by what it is about, with one's own link and code in it."""

from __future__ import annotations

from dataclasses import asdict
from io import BytesIO
from uuid import UUID

from flask import Response, abort, current_app, render_template, request
from flask_babel import gettext
from flask_login import current_user
from PIL import Image
from sqlalchemy.orm import Session

from distribution.analytics.links import codes
from distribution.errors import InvalidInput
from distribution.media.keep import read
from distribution.media.own import portrait
from distribution.network import find
from distribution.promotion.link import referral_link
from distribution.promotion.material.find import PAGE, Reader, Wanted, material, materials, tags
from distribution.promotion.material.personal import own_picture, own_text
from distribution.promotion.material.tables import Material
from distribution.promotion.material.use import count_use
from distribution.tax.profile import profile
from portal.clock import now
from portal.database import unit
from portal.i18n import current_locale
from portal.promoting.material_words import KIND_ICONS, KIND_NAMES
from portal.promoting.pictures import sent, smaller, why
from portal.views.distributor.blueprint import blueprint, own_id, searched

_TILE_WIDTH = 480
_LAST_PAGE = 40


@blueprint.get("/materials", endpoint="materials")
def page() -> str:
    """All that is for this distributor, by kind, product, campaign, scene and words."""
    wanted = Wanted(
        **{name: _asked(name) for name in ("kind", "product", "campaign", "scene")}, words=searched() or ""
    )
    at = request.args.get("page", 0, type=int)
    at = at if 0 <= at <= _LAST_PAGE else 0
    with unit() as session:
        reader = _reader(session)
        found = materials(session, reader, wanted, page=at)
        about = tags(session, reader)
    return render_template(
        "pages/materials.html",
        found=found[:PAGE],
        more=len(found) > PAGE,
        at=at,
        wanted=wanted,
        chosen=asdict(wanted) | {"q": wanted.words or None, "words": None},
        about=about,
        names=KIND_NAMES,
        icons=KIND_ICONS,
    )


@blueprint.get("/materials/<uuid:material_id>", endpoint="material")
def one(material_id: UUID) -> str:
    """One of them, ready to forward."""
    with unit() as session:
        found = material(session, _reader(session), material_id)
        link, code = _own_link(session, found)
        count_use(session, found.id, own_id(), "view", now=now())
    text = own_text(found.body, link=link, code=code, name=current_user.name) if found.body or link else ""
    if found.address:
        text = f"{found.body.replace('{link}', link)}\n{found.address}\n{link}".strip()
    return render_template(
        "pages/material.html", material=found, text=text, link=link, names=KIND_NAMES, icons=KIND_ICONS
    )


@blueprint.get("/materials/<uuid:material_id>/tile.jpg", endpoint="material_tile")
def tile(material_id: UUID) -> Response:
    """Its picture, small."""
    with unit() as session:
        found = material(session, _reader(session), material_id)
        kept = read(session, found.picture) if found.picture is not None else None
    response = sent(kept and smaller(kept, width=_TILE_WIDTH))
    response.headers["Cache-Control"] = "private, max-age=3600"
    return response


@blueprint.get("/materials/<uuid:material_id>/picture.jpg", endpoint="material_picture")
def picture(material_id: UUID) -> Response:
    """Its picture with one's own code below; a download is counted."""
    with unit() as session:
        found = material(session, _reader(session), material_id)
        kept = read(session, found.picture) if found.picture is not None else None
        link, _ = _own_link(session, found)
        digest = portrait(session, own_id())
        face = read(session, digest) if digest is not None else None
        if "download" in request.args:
            count_use(session, found.id, own_id(), "download", now=now())
    if kept is None:
        abort(404)
    try:
        drawn = own_picture(
            kept.content,
            link=link,
            name=current_user.name,
            by=gettext("recommends this"),
            invite=gettext("Press and hold, or scan, to see it"),
            portrait=Image.open(BytesIO(face.content)) if face else None,
        )
    except InvalidInput as error:
        return Response(why(error), 422, content_type="text/plain; charset=utf-8")
    response = Response(drawn, content_type="image/jpeg")
    response.headers["Cache-Control"] = "private, max-age=60"
    if "download" in request.args:
        response.headers["Content-Disposition"] = 'attachment; filename="picture.jpg"'
    return response


@blueprint.get("/materials/<uuid:material_id>/text.txt", endpoint="material_text")
def words(material_id: UUID) -> Response:
    """Its words with one's own link, as a file: for who has no scripts to copy with."""
    with unit() as session:
        found = material(session, _reader(session), material_id)
        link, code = _own_link(session, found)
        count_use(session, found.id, own_id(), "download", now=now())
    text = own_text(found.body, link=link, code=code, name=current_user.name)
    response = Response(text, content_type="text/plain; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="text.txt"'
    response.headers["Cache-Control"] = "private, no-store"
    return response


@blueprint.post("/materials/<uuid:material_id>/used", endpoint="material_used")
def used(material_id: UUID) -> Response:
    """A script says that it was copied or shared."""
    use = request.form.get("use", "")
    if use not in ("copy", "share"):
        abort(400)
    with unit() as session:
        found = material(session, _reader(session), material_id)
        count_use(session, found.id, own_id(), use, now=now())
    return Response(status=204)


def _asked(name: str) -> str:
    return request.args.get(name, "").replace("\x00", "")[:200]


def _reader(session: Session) -> Reader:
    person, said = find.by_id(session, own_id()), profile(session, own_id())
    return Reader(person.grade, person.groups, said.country if said else None, str(current_locale()))


def _own_link(session: Session, found: Material) -> tuple[str, str]:
    """One's link to what the material is about, and the code in it; 404 for who has none yet."""
    own = codes(session, own_id(), since=now())
    share = next((code for code in own if code.kind == "link" and code.active), None)
    if share is None:
        abort(404)
    return referral_link(
        current_app.extensions["settings"].portal_url, share.code, found.path or None
    ), share.code
