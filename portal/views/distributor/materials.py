"""What the merchant gives to forward: found by what it is about, with one's own link and code in it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from uuid import UUID

from flask import Response, abort, current_app, render_template, request
from flask_babel import gettext
from sqlalchemy.orm import Session

from distribution.analytics.share_code import share_code
from distribution.errors import InvalidInput
from distribution.media.keep import read
from distribution.media.own import portrait
from distribution.network import find
from distribution.network.shown import name_for_others
from distribution.promotion.link import referral_link
from distribution.promotion.material.find import ANY_LANGUAGE, PAGE, Reader, Wanted, material, materials, tags
from distribution.promotion.material.personal import DRAWN_BY, own_picture, own_text, placed
from distribution.promotion.material.tables import Material
from distribution.promotion.material.use import count_use
from distribution.tax.profile import profile
from portal.clock import now
from portal.database import unit
from portal.i18n import current_locale, locale_names
from portal.promoting.drawn import TILES, answered, hash_of
from portal.promoting.material_words import KIND_ICONS, KIND_NAMES
from portal.promoting.pictures import opened, smaller, why
from portal.views.distributor.blueprint import blueprint, own_id, searched

_TILE_WIDTH = 480
_LAST_PAGE = 40


@blueprint.get("/materials", endpoint="materials")
def page() -> str:
    """All that is for this distributor, by kind, product, campaign, scene and words."""
    wanted = Wanted(
        **{name: _asked(name) for name in ("kind", "product", "campaign", "scene", "language")},
        words=searched() or "",
    )
    at = request.args.get("page", 0, type=int)
    at = at if 0 <= at <= _LAST_PAGE else 0
    with unit() as session:
        reader = _reader(session)
        found = materials(session, reader, wanted, page=at)
        about = tags(session, reader, wanted)
        name = name_for_others(session, own_id())
    return render_template(
        "pages/materials.html",
        found=found[:PAGE],
        bodies={each.id: placed(each.body, link="", code="", name=name) for each in found},
        more=len(found) > PAGE,
        at=at,
        wanted=wanted,
        chosen=asdict(wanted) | {"q": wanted.words or None, "words": None},
        about=about,
        languages=_languages(about.languages),
        names=KIND_NAMES,
        icons=KIND_ICONS,
    )


@blueprint.get("/materials/<uuid:material_id>", endpoint="material")
def one(material_id: UUID) -> str:
    """One of them, ready to forward."""
    with unit() as session:
        found = material(session, _reader(session), material_id)
        own = _own(session, found)
        count_use(session, found.id, own_id(), "view", now=now())
    return render_template(
        "pages/material.html",
        material=found,
        text=own_text(found.body, **asdict(own), address=found.address),
        headline=placed(found.body, link="", code=own.code, name=own.name).strip(),
        link=own.link,
        names=KIND_NAMES,
        icons=KIND_ICONS,
    )


@blueprint.get("/materials/<uuid:material_id>/tile.jpg", endpoint="material_tile")
def tile(material_id: UUID) -> Response:
    """Its picture, small."""
    with unit() as session:
        found = material(session, _reader(session), material_id)

    def draw() -> bytes:
        with unit() as session:
            kept = read(session, found.picture) if found.picture is not None else None
        return smaller(kept, width=_TILE_WIDTH).content if kept else abort(404)

    response = answered(
        hash_of("tile", found.picture, _TILE_WIDTH),
        draw,
        whose=str(own_id()),
        content_type="image/jpeg",
        limit=TILES,
    )
    if response.status_code < 400:
        response.headers["Cache-Control"] = "private, max-age=3600"
    return response


@blueprint.get("/materials/<uuid:material_id>/picture.jpg", endpoint="material_picture")
def picture(material_id: UUID) -> Response:
    """Its picture with one's own code below; a download is counted."""
    takes = "download" in request.args
    with unit() as session:
        found = material(session, _reader(session), material_id)
        own, face = _own(session, found), portrait(session, own_id())
        if takes:
            count_use(session, found.id, own_id(), "download", now=now())
    if found.picture is None:
        abort(404)
    words = {
        "by": gettext("recommends this"),
        "invite": gettext("Press and hold, or scan, to see it"),
    }

    def draw() -> bytes:
        with unit() as session:
            kept, shown = opened(session, found.picture), opened(session, face)
        return (
            own_picture(kept, link=own.link, name=own.name, portrait=shown, **words) if kept else abort(404)
        )

    key = hash_of("material", DRAWN_BY, found.picture, own, face, words)
    try:
        return answered(
            key,
            draw,
            whose=str(own_id()),
            content_type="image/jpeg",
            name="picture.jpg" if takes else None,
        )
    except InvalidInput as error:
        return Response(why(error), 422, content_type="text/plain; charset=utf-8")


@blueprint.get("/materials/<uuid:material_id>/text.txt", endpoint="material_text")
def words(material_id: UUID) -> Response:
    """Its words with one's own link, as a file: for who has no scripts to copy with."""
    with unit() as session:
        found = material(session, _reader(session), material_id)
        own = _own(session, found)
        count_use(session, found.id, own_id(), "download", now=now())
    text = own_text(found.body, **asdict(own), address=found.address)
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


def _languages(there_are: list[str]) -> list[tuple[str, str]]:
    """What to choose from where there is anything in another language than the reader's own."""
    own, names = str(current_locale()), locale_names()
    others = [(key, names[key]) for key in there_are if key != own and key in names]
    return [("", names[own]), *others, (ANY_LANGUAGE, gettext("All languages"))] if others else []


def _asked(name: str) -> str:
    return request.args.get(name, "").replace("\x00", "")[:200]


def _reader(session: Session) -> Reader:
    person, said = find.by_id(session, own_id()), profile(session, own_id())
    return Reader(person.grade, person.groups, said.country if said else None, str(current_locale()))


@dataclass(frozen=True, slots=True)
class _Own:
    """What is put into a material: one's link to what it is about, the code in it, the name that strangers read."""

    link: str
    code: str
    name: str


def _own(session: Session, found: Material) -> _Own:
    """Raises 404 for who has no link yet."""
    share = share_code(session, own_id())
    if share is None:
        abort(404)
    link = referral_link(current_app.extensions["settings"].portal_url, share, found.path or None)
    return _Own(link, share, name_for_others(session, own_id()))
