"""Writing one's public page, and seeing what became of it."""

from __future__ import annotations

from flask import Response, current_app, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from distribution.analytics.share_code import share_code
from distribution.errors import InvalidInput
from distribution.media.own import portrait
from distribution.personal_page import write
from distribution.personal_page.tables import PageVersion
from portal import showcase
from portal.clock import now
from portal.database import program_settings, unit
from portal.forms.personal_page import PageForm
from portal.security import policy_with_pictures
from portal.views.distributor.blueprint import blueprint, own_id


@blueprint.get("/account/page", endpoint="personal_page")
def page() -> Response:
    """What was handed in last, to be changed."""
    with unit() as session:
        last = write.newest(session, own_id())
    form = PageForm(
        formdata=None,
        words=last.words if last else "",
        found_by_search=last.found_by_search if last else True,
    )
    return _page(form, list(last.product_ids) if last else [], last=last)


@blueprint.post("/account/page", endpoint="save_personal_page")
def save() -> ResponseReturnValue:
    """Hand it in; or look for products, with everything else kept as it was entered."""
    form = PageForm()
    products = request.form.getlist("product")[: write.MOST_PRODUCTS * 2]
    if request.form.get("act") == "find":
        return _page(form, products)
    if not form.validate():
        return _page(form, products, 422)
    try:
        with unit() as session:
            write.submit(
                session,
                own_id(),
                words=form.words.data or "",
                product_ids=products,
                found_by_search=form.found_by_search.data,
                now=now(),
            )
    except InvalidInput as error:
        if error.field == "words":
            form.words.errors = [gettext("This text is too long, or has characters that cannot be shown.")]
        else:
            form.search.errors = [gettext("At most %(num)s products.", num=write.MOST_PRODUCTS)]
        return _page(form, products, 422)
    flash(gettext("Submitted. The shop will review it; what was public stays public until then."), "good")
    return redirect(url_for("distributor.personal_page"), 303)


@blueprint.post("/account/page/withdraw", endpoint="withdraw_personal_page")
def withdraw() -> ResponseReturnValue:
    """Take one's page off the web."""
    with unit() as session:
        write.withdraw_page(session, own_id(), now=now())
    flash(gettext("Your page is not public any more."), "good")
    return redirect(url_for("distributor.personal_page"), 303)


def _page(
    form: PageForm, products: list[str], status: int = 200, *, last: PageVersion | None = None
) -> Response:
    """The page; `last` is the version handed in last, where it is known already."""
    settings = program_settings()
    with unit() as session:
        picker = showcase.chosen(session, settings, products, owner_id=own_id())
        wanted = (form.search.data or "").strip()
        offered = showcase.found(session, settings, picker.channel, wanted) if picker is not None else []
        share = share_code(session, own_id())
        last, public = last or write.newest(session, own_id()), write.public(session, own_id())
        has_portrait = portrait(session, own_id()) is not None
    known = {tile.offer.id for tile in picker.tiles} if picker else set()
    offered = [tile for tile in offered if tile.offer.id not in known]
    base = current_app.extensions["settings"].portal_url
    answer = make_response(
        render_template(
            "pages/personal_page_edit.html",
            form=form,
            picker=picker,
            offered=offered,
            last=last,
            public=public,
            has_portrait=has_portrait,
            most=write.MOST_PRODUCTS,
            address=f"{base}{url_for('personal.page', code=share)}" if share else None,
            code=share,
            share_text=gettext("Have a look at this shop, I like it:"),
        ),
        status,
    )
    if picker and (picker.tiles or offered):
        picker.tiles.extend(offered)
        answer.headers["Content-Security-Policy"] = policy_with_pictures(picker.origins)
    return answer
