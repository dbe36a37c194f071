"""Applying: the page behind a recruiting link, its QR code, and the form everybody fills in."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from flask import Response, abort, current_app, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from distribution.attribution.bound import bound_to
from distribution.errors import DomainError
from distribution.invitation import follow
from distribution.network import find
from distribution.network.errors import EmailTaken
from distribution.network.shown import shown, shown_name
from distribution.notice import tell
from distribution.orders.bought import admit
from distribution.privacy.encryption import Cipher
from distribution.promotion.code import LONGEST_VOUCHER, code_key, new_suffix
from distribution.promotion.codes import resolve
from distribution.promotion.link import join_link
from distribution.promotion.qr import png, svg
from distribution.promotion.recruit import Acceptance, Source, apply
from distribution.signing_in import customers
from distribution.signing_in.vouched import Vouched
from portal import throttle
from portal.clock import now
from portal.confirming import tell_to_confirm
from portal.database import program_settings, unit
from portal.distributors import LoggedIn, logged_in
from portal.forms.application import RegisterForm, answers_of, register_form, show_refused
from portal.i18n import current_locale
from portal.login import enter
from portal.rules.page import rules_words
from portal.security import address_of_client
from portal.signing_in import newcomer
from portal.signing_in.arriving import arrive
from portal.signing_in.codes import Arrival
from portal.signing_in.ways import shop_issuer
from portal.views.access import blueprint, too_many
from portal.views.invited import forget_invitation, invited_address, invited_id

__all__ = ["blueprint"]
_HOUR_SECONDS = 3600
_DAY_SECONDS = 24 * _HOUR_SECONDS
_WAYS: dict[str, Source] = {"qr": "qr", "mail": "invitation"}
"""What `via` in a recruiting link says of how somebody came by it."""


@dataclass(frozen=True, slots=True)
class Invitation:
    """Whose link was followed, and how they are shown to strangers."""

    code: str
    distributor_id: UUID
    name: str


@blueprint.route("/register", methods=["GET", "POST"])
def register() -> ResponseReturnValue:
    """Apply, with or without an invitation code."""
    return _apply_page(None)


@blueprint.route("/join/<code>", methods=["GET", "POST"])
def join(code: str) -> ResponseReturnValue:
    """Apply with the owner of `code` as the sponsor."""
    return _apply_page(code)


@blueprint.get("/join/<code>/qr.svg")
def join_qr_svg(code: str) -> Response:
    """The QR code of a recruiting link, to any size."""
    return _kept(Response(svg(_recruiting_link(code)), content_type="image/svg+xml"))


@blueprint.get("/join/<code>/qr.png")
def join_qr_png(code: str) -> Response:
    """The QR code of a recruiting link, for phones."""
    return _kept(Response(png(_recruiting_link(code), pixels_per_module=12), content_type="image/png"))


def _apply_page(code: str | None) -> ResponseReturnValue:
    settings = program_settings()
    arrived = newcomer.found(now())
    form = register_form(settings, arrived.vouched if arrived else None)
    address = invited_address()
    if address and "email" in form and not form.is_submitted():
        form.email.data = address
    invitation = _invitation(code) if code else None
    if form.validate_on_submit():
        if throttle.exceeded("register", address_of_client(), limit=30, seconds=_HOUR_SECONDS):
            return too_many()
        try:
            person = _apply(form, invitation, arrived, invited_id() if address else None)
        except EmailTaken:
            if arrived is not None and arrived.vouched.email_confirmed:
                # They applied by the other way meanwhile: now there is an account to be connected.
                return arrive(arrived)
            # The same answer as for a new address: nobody learns here who is in the program. Its owner is told by mail.
            _tell_owner(form.email.data)
        except DomainError as error:
            show_refused(form, error, settings)
            return _form_page(form, code, invitation), 422
        else:
            forget_invitation()
            if person.email_confirmed:
                enter(person)
                flash(gettext("Welcome. Your e-mail address is confirmed already."), "good")
                return redirect(url_for("distributor.dashboard"), 303)
        session["asked_to_confirm"] = form.email.data
        return redirect(url_for("access.sent", what="confirm"), 303)
    return _form_page(form, code, invitation), 422 if form.is_submitted() else 200


def _form_page(form: RegisterForm, code: str | None, invitation: Invitation | None) -> str:
    settings, arrived = program_settings(), newcomer.found(now())
    with unit() as database:
        rules = rules_words(database, settings, now=now())
    return render_template(
        "pages/register.html",
        form=form,
        invitation=invitation,
        unknown_code=bool(code) and invitation is None,
        needs_code=settings.join_policy == "invitation" and invited_id() is None,
        by_mail=invited_id() is not None,
        program=settings,
        rules=rules,
        vouched=arrived.vouched if arrived is not None and arrived.vouched.email_confirmed else None,
        asked=[form[f"answer_{place}"] for place in range(len(settings.questions))],
    )


def _apply(
    form: RegisterForm, invitation: Invitation | None, arrived: Arrival | None, invited: UUID | None
) -> LoggedIn:
    settings = current_app.extensions["settings"]
    typed = (form.sponsor_code.data or "").strip()
    vouched = arrived.vouched if arrived is not None and arrived.vouched.email_confirmed else None
    email = form.email.data if vouched is None else vouched.email
    with unit() as database:
        recruit = apply(
            database,
            email=email,
            name=form.name.data,
            password=form.password.data if vouched is None else None,
            acceptance=Acceptance(form.terms_version.data, address_of_client() or None),
            cipher=Cipher(settings.encryption_keys),
            suffix=new_suffix(),
            sponsor_code=invitation.code if invitation else typed or None,
            sponsor_id=bound_to(database, email, now=now()),
            locale=str(current_locale()),
            answers=answers_of(form, program_settings()),
            source=_source(invitation, typed, vouched, invited),
            invited=invited is not None,
            now=now(),
        )
        person = recruit.distributor
        if invited is not None:
            follow.applied(database, invited, person.id, now=now())
        if vouched is not None:
            customers.welcome(database, person.id, vouched, now=now())
            admit(database, person.id, now=now())
            return logged_in(find.by_id(database, person.id))
        tell_to_confirm(database, person, now=now())
        return logged_in(person)


def _source(
    invitation: Invitation | None, typed: str, vouched: Vouched | None, invited: UUID | None
) -> Source:
    if invited is not None:
        return "invitation"
    if vouched is not None and vouched.issuer == shop_issuer():
        return "saleor"
    if invitation is not None:
        return _WAYS.get(request.args.get("via", ""), "link")
    return "code" if typed else "portal"


def _tell_owner(email: str) -> None:
    with unit() as database:
        person = find.by_email(database, email)
        if person is not None and not throttle.exceeded("exists", email, limit=3, seconds=_HOUR_SECONDS):
            moment = now()
            tell(database, person.id, "already_member", key=f"exists-{moment.isoformat()}", now=moment)


def _invitation(code: str) -> Invitation | None:
    """Whose active code it is."""
    with unit() as database:
        return _invitation_in(database, code)


def _invitation_in(database: Session, code: str) -> Invitation | None:
    if len(code) > LONGEST_VOUCHER or not code.isprintable():
        return None
    found = resolve(database, [code]).get(code_key(code))
    if found is None or not found.active:
        return None
    sponsor = find.by_id(database, found.distributor_id)
    return Invitation(found.code, sponsor.id, shown_name(sponsor, shown(database, sponsor.id)))


def _recruiting_link(code: str) -> str:
    invitation = _invitation(code)
    if invitation is None:
        abort(404)
    return f"{join_link(current_app.extensions['settings'].portal_url, invitation.code)}?via=qr"


def _kept(response: Response) -> Response:
    response.headers["Cache-Control"] = f"public, max-age={_DAY_SECONDS}"
    return response
