"""Saving a link under a short name, putting it away, taking it back."""

from __future__ import annotations

from flask import abort, current_app, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from distribution.analytics.share_code import share_code
from distribution.errors import InvalidInput
from distribution.promotion.code import new_suffix
from distribution.promotion.errors import LinkNotFound, SlugTaken, TooManyLinks
from distribution.promotion.saved.save import archive_link, restore_link, save_link
from distribution.promotion.saved.slug import LONGEST, LONGEST_TAG
from portal.clock import now
from portal.database import unit
from portal.shop_address import read_address
from portal.views.distributor.blueprint import blueprint, own_id
from portal.views.distributor.links import Saving, shown


@blueprint.post("/links/saved", endpoint="save_link")
def save() -> ResponseReturnValue:
    """Save the page's link; without a name it is called like the page."""
    typed = {name: request.form.get(name, "").replace("\x00", "").strip() for name in ("page", "tag", "slug")}
    path, problem = read_address(typed["page"] or "/", current_app.extensions["settings"].storefront_url)
    problems = {"page": problem} if problem else {}
    if not problems:
        try:
            with unit() as session:
                if share_code(session, own_id()) is None:
                    abort(404)
                saved = save_link(
                    session,
                    own_id(),
                    path=path,
                    slug=typed["slug"] or None,
                    tag=typed["tag"],
                    suffix=new_suffix(),
                    now=now(),
                ).slug
        except (InvalidInput, SlugTaken, TooManyLinks) as error:
            problems = {error.field or "page": _why(error)}
        else:
            flash(gettext("Saved. What this link brings is counted by itself from now on."), "good")
            return redirect(url_for("distributor.links", link=saved, _anchor="built"), 303)
    return shown(
        wanted=typed["page"], saving=Saving(typed["tag"][:200], typed["slug"][:200], problems), status=422
    )


@blueprint.post("/links/saved/<slug>/archive", endpoint="archive_link")
def archive(slug: str) -> ResponseReturnValue:
    """Off the list; it goes on leading where it led."""
    try:
        with unit() as session:
            archive_link(session, own_id(), slug, now=now())
    except LinkNotFound:
        abort(404)
    flash(gettext("Archived. Where it is shared or printed already, it works as before."), "good")
    return redirect(url_for("distributor.links", _anchor="saved"), 303)


@blueprint.post("/links/saved/<slug>/restore", endpoint="restore_link")
def restore(slug: str) -> ResponseReturnValue:
    """Put an archived link on the list again."""
    try:
        with unit() as session:
            restore_link(session, own_id(), slug)
    except LinkNotFound:
        abort(404)
    except TooManyLinks as error:
        flash(_why(error), "bad")
    return redirect(url_for("distributor.links", _anchor="saved"), 303)


def _why(error: InvalidInput | SlugTaken | TooManyLinks) -> str:
    match error:
        case SlugTaken():
            return gettext("You have a link of this name already, perhaps among the archived ones.")
        case TooManyLinks():
            return gettext(
                "You have %(most)s saved links, no more are possible. Archive those that you do not need.",
                most=error.most,
            )
    if error.field == "slug":
        return gettext("2 to %(most)s of the letters a to z, digits and hyphens.", most=LONGEST)
    if error.field == "tag":
        return gettext("At most %(most)s characters.", most=LONGEST_TAG)
    return gettext("This is no page of the shop.")
