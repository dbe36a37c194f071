"""The public page of a distributor, for anybody: small, kept by caches for minutes, and open to complaints."""

from __future__ import annotations

from flask import (
    Blueprint,
    Response,
    abort,
    current_app,
    flash,
    make_response,
    redirect,
    render_template,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from distribution.errors import InvalidInput
from distribution.media.keep import read
from distribution.personal_page import write
from distribution.personal_page.moderate import report
from distribution.personal_page.tables import PageVersion
from distribution.promotion.code import LONGEST_VOUCHER, code_key
from distribution.promotion.codes import resolve
from distribution.promotion.link import referral_link
from distribution.promotion.qr import png, svg
from portal import showcase, throttle
from portal.clock import now
from portal.countries import country_name
from portal.database import program_settings, unit
from portal.forms.personal_page import ReportForm
from portal.security import address_of_client, policy_with_pictures
from portal.views.access import too_many

blueprint = Blueprint("personal", __name__)
_KEPT_SECONDS = 300


@blueprint.get("/d/<code>")
def page(code: str) -> Response:
    """The version that was approved last."""
    settings = program_settings()
    with unit() as session:
        own, version = _public(session, code)
        picker = showcase.chosen(session, settings, version.product_ids, owner_id=version.distributor_id)
    portal_url = current_app.extensions["settings"].portal_url
    response = make_response(
        render_template(
            "pages/personal_page.html",
            code=own,
            version=version,
            tiles=[(tile, referral_link(portal_url, own, tile.path)) for tile in picker.tiles]
            if picker
            else [],
            shop=referral_link(portal_url, own),
            country_name=country_name,
            address=_address(own),
        )
    )
    if picker and picker.tiles:
        response.headers["Content-Security-Policy"] = policy_with_pictures(picker.origins)
    response.headers["Cache-Control"] = f"public, max-age={_KEPT_SECONDS}"
    response.headers["Vary"] = "Accept-Language, Cookie"
    if not version.found_by_search:
        response.headers["X-Robots-Tag"] = "noindex"
    return response


@blueprint.get("/d/<code>/portrait")
def portrait(code: str) -> Response:
    """The portrait as it was approved."""
    with unit() as session:
        _, version = _public(session, code)
        found = read(session, version.portrait_digest) if version.portrait_digest else None
    if found is None:
        abort(404)
    response = Response(found.content, content_type=found.content_type)
    response.headers["Cache-Control"] = f"public, max-age={_KEPT_SECONDS}"
    return response


@blueprint.get("/d/<code>/qr.<any(png, svg):kind>")
def qr_code(code: str, kind: str) -> Response:
    """The QR code of the page itself, while it is public."""
    with unit() as session:
        own, _ = _public(session, code)
    address = _address(own)
    if kind == "svg":
        response = Response(svg(address), content_type="image/svg+xml")
    else:
        response = Response(png(address, pixels_per_module=12), content_type="image/png")
    response.headers["Cache-Control"] = f"public, max-age={_KEPT_SECONDS}"
    return response


@blueprint.route("/d/<code>/report", methods=["GET", "POST"])
def report_page(code: str) -> ResponseReturnValue:
    """Tell the merchant what is wrong with a page; who tells is not kept."""
    form = ReportForm()
    with unit() as session:
        own, version = _public(session, code)
    if form.validate_on_submit():
        if throttle.exceeded("page-report", address_of_client(), limit=10, seconds=3600):
            return too_many()
        try:
            with unit() as session:
                report(session, version, category=form.category.data, words=form.words.data or "", now=now())
        except InvalidInput:
            form.words.errors = [gettext("This text is too long, or has characters that cannot be shown.")]
        else:
            flash(gettext("Thank you. The shop will look into it."), "good")
            return redirect(url_for("personal.report_page", code=own), 303)
    page = render_template("pages/personal_page_report.html", form=form, code=own, version=version)
    return page, 422 if form.is_submitted() else 200


def _address(code: str) -> str:
    return f"{current_app.extensions['settings'].portal_url}{url_for('personal.page', code=code)}"


def _public(session: Session, code: str) -> tuple[str, PageVersion]:
    """The code as it is written, and the page of whose it is; 404 without one."""
    if len(code) > LONGEST_VOUCHER or not code.isprintable():
        abort(404)
    found = resolve(session, [code]).get(code_key(code))
    version = write.public(session, found.distributor_id) if found is not None and found.active else None
    if found is None or version is None:
        abort(404)
    return found.code, version
