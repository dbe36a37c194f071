"""Materials: given to distributors, changed, archived; how each is used; and the program's logo."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from distribution.errors import InvalidInput, NotFound
from distribution.media import own
from distribution.media.keep import keep_picture, read
from distribution.media.picture import harmless
from distribution.orders.offers import offer_named, shown_channels
from distribution.promotion.material.tables import Material
from distribution.promotion.material.use import all_materials, users
from distribution.promotion.material.write import (
    add_material,
    archive_material,
    change_material,
    restore_material,
)
from distribution.settings.tax import countries
from portal.console.acting import acted, actor, now
from portal.console.blueprint import blueprint
from portal.console.forms.materials import MaterialForm, filled
from portal.console.guard import needs
from portal.console.roles import Act
from portal.database import program_settings, unit
from portal.picker import path_of
from portal.promoting.material_words import KIND_ICONS, KIND_NAMES
from portal.promoting.pictures import UPLOAD_BYTES, sent, smaller, uploaded, why
from portal.security import takes_file

_PICTURE_SIDE, _TILE_WIDTH = 1600, 240


@blueprint.get("/materials")
def materials() -> str:
    """All of them with how they are used."""
    archived, kind = request.args.get("show") == "archived", request.args.get("kind", "")
    with unit() as session:
        found = all_materials(session, archived=archived, kind=kind if kind in KIND_NAMES else "")
        has_logo = own.logo(session)
    return render_template(
        "console/materials.html",
        found=found,
        archived=archived,
        kind=kind,
        names=KIND_NAMES,
        icons=KIND_ICONS,
        logo=has_logo.hex() if has_logo else None,
    )


@blueprint.route("/materials/new", methods=["GET", "POST"])
@needs(Act.MANAGE_MATERIALS)
@takes_file(UPLOAD_BYTES)
def new_material() -> ResponseReturnValue:
    """Write a material, and publish it."""
    return _edit(None)


@blueprint.route("/materials/<uuid:material_id>", methods=["GET", "POST"])
@needs(Act.MANAGE_MATERIALS)
@takes_file(UPLOAD_BYTES)
def material(material_id: UUID) -> ResponseReturnValue:
    """Change one, and see who uses it."""
    return _edit(material_id)


@blueprint.post("/materials/<uuid:material_id>/archive", endpoint="archive_material")
@needs(Act.MANAGE_MATERIALS)
def archive(material_id: UUID) -> ResponseReturnValue:
    """Show it to nobody any more."""
    return acted(
        lambda session: archive_material(session, material_id, actor=actor(), now=now()),
        done=gettext("Archived. What was counted stays."),
        then=url_for("console.materials"),
    )


@blueprint.post("/materials/<uuid:material_id>/restore", endpoint="restore_material")
@needs(Act.MANAGE_MATERIALS)
def restore(material_id: UUID) -> ResponseReturnValue:
    """Show an archived material to distributors again."""
    return acted(
        lambda session: restore_material(session, material_id, actor=actor(), now=now()),
        done=gettext("Distributors see it again."),
        then=url_for("console.material", material_id=material_id),
    )


@blueprint.get("/pictures/<digest>.jpg", endpoint="picture")
def picture(digest: str) -> Response:
    """A kept picture, small."""
    try:
        named = bytes.fromhex(digest)
    except ValueError:
        abort(404)
    with unit() as session:
        file = read(session, named)
    if file is None or not file.content_type.startswith("image/"):
        abort(404)
    return sent(smaller(file, width=_TILE_WIDTH))


@blueprint.post("/logo", endpoint="put_logo")
@needs(Act.MANAGE_MATERIALS)
@takes_file(UPLOAD_BYTES)
def put_logo() -> ResponseReturnValue:
    """Put the program's logo on posters and codes, or take it off."""
    content = uploaded("logo")
    if request.form.get("act") == "remove":
        return acted(
            lambda session: own.remove_logo(session, actor=actor(), now=now()),
            done=gettext("Posters have no logo now."),
            then=url_for("console.materials"),
        )
    try:
        with unit() as session:
            own.put_logo(session, content, actor=actor(), now=now())
    except InvalidInput as error:
        flash(why(error), "bad")
    else:
        flash(gettext("The logo is on posters and codes from now on."), "good")
    return redirect(url_for("console.materials"), 303)


def _edit(material_id: UUID | None) -> ResponseReturnValue:
    settings = program_settings()
    with unit() as session:
        found = session.get(Material, material_id) if material_id else None
        if material_id and found is None:
            raise NotFound("there is no such material")
        channels = [(each.slug, each.name) for each in shown_channels(session)]
        used_by = users(session, material_id) if material_id else []
    form = MaterialForm(data=filled(found) if found else None)
    form.offer_choices(grades=settings.grades, groups=settings.groups, channels=channels)
    if form.validate_on_submit():
        try:
            _save(form, found)
        except InvalidInput as error:
            _show(form, error)
        else:
            return redirect(url_for("console.materials"), 303)
    page = render_template(
        "console/material.html", form=form, found=found, used_by=used_by, icons=KIND_ICONS, names=KIND_NAMES
    )
    return page, 422 if form.is_submitted() else 200


def _save(form: MaterialForm, found: Material | None) -> None:
    content, named = uploaded("picture"), " ".join((form.product.data or "").split())
    fresh = harmless(content, longest_side=_PICTURE_SIDE) if content else None
    with unit() as session:
        product = None
        if named and form.channel.data:
            offer = offer_named(session, form.channel.data, named)
            if offer is None:
                raise InvalidInput("product: not in the channel", field="product")
            product = (offer.id, offer.name, path_of(program_settings(), form.channel.data, offer))
        elif named:
            raise InvalidInput("channel: choose the product's", field="channel")
        digest = keep_picture(session, fresh, now=now()) if fresh else (found.picture if found else None)
        draft = form.draft(picture=digest, product=product)
        if not set(draft.countries) <= set(countries()):
            raise InvalidInput("countries: codes of ISO 3166", field="countries")
        given: dict[str, Any] = {"actor": actor(), "now": now()}
        if found is None:
            add_material(session, draft, **given)
        else:
            change_material(session, found.id, draft, **given)


def _show(form: MaterialForm, error: InvalidInput) -> None:
    words = {
        "body": gettext("A text needs words."),
        "address": gettext("Enter an address that begins with https://."),
        "product": gettext("The shop shows no product of that name in this channel."),
        "channel": gettext("Choose the channel of the product."),
        "countries": gettext("Codes of countries have two letters, like DE and CN."),
    }
    name = error.field if error.field in form else "title"
    if name == "picture":
        told = gettext("Choose a picture.") if error.code == "invalid" else why(error)
    else:
        told = words.get(name, gettext("This value is not valid."))
    form[name].errors = [*form[name].errors, told]
