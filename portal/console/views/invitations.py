"""Inviting people by e-mail, and what became of the invitations."""

from __future__ import annotations

from typing import Any

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext, ngettext

from distribution.errors import DomainError
from distribution.invitation.invite import GOOD_FOR, Invited, addresses_in, invite
from distribution.invitation.read import SHOWN, STATES, invitations
from distribution.privacy.encryption import Cipher
from portal.console.acting import actor, now, put_errors
from portal.console.blueprint import blueprint
from portal.console.forms.invitations import InvitationForm
from portal.console.guard import may, needs
from portal.console.roles import Act
from portal.database import unit
from portal.i18n import locale_names

STATE_WORDS: dict[str, Any] = {
    "waiting": (lazy_gettext("Being sent"), ""),
    "sent": (lazy_gettext("E-mail sent"), ""),
    "opened": (lazy_gettext("Link opened"), "note"),
    "applied": (lazy_gettext("Applied"), "warn"),
    "approved": (lazy_gettext("Approved"), "good"),
    "declined": (lazy_gettext("Wants no invitations"), "bad"),
    "ended": (lazy_gettext("Not used"), ""),
}


@blueprint.get("/invitations", endpoint="invitations")
def page() -> ResponseReturnValue:
    """Whom the merchant invited, newest first."""
    return _page(InvitationForm())


@blueprint.post("/invitations", endpoint="invite")
@needs(Act.CHANGE_DISTRIBUTORS)
def send() -> ResponseReturnValue:
    """Write to everybody named who may be written to."""
    form = InvitationForm()
    if not form.validate():
        return _page(form), 422
    addresses = addresses_in(form.pasted())
    if not addresses:
        form.addresses.errors = [str(lazy_gettext("Enter at least one e-mail address."))]
        return _page(form), 422
    try:
        with unit() as session:
            done = invite(
                session,
                addresses,
                words=(form.words.data or "").strip(),
                locale=form.locale.data,
                cipher=_cipher(),
                actor=actor(),
                now=now(),
            )
    except DomainError as error:
        put_errors(form, error)
        return _page(form), 422
    _tell(done)
    return redirect(url_for("console.invitations"), 303)


def _page(form: InvitationForm) -> str:
    state = request.args.get("state", "")
    with unit() as session:
        found = invitations(
            session,
            cipher=_cipher() if may(Act.SEE_PERSONAL_DATA) else None,
            now=now(),
            state=state if state in STATES else None,
        )
    return render_template(
        "console/invitations.html",
        form=form,
        found=found,
        state=state,
        states=STATE_WORDS,
        filters=[
            (
                f"{STATE_WORDS[each][0]} {found.counts[each]}",
                url_for("console.invitations", state=each),
                each == state,
            )
            for each in STATES
            if found.counts[each]
        ],
        languages=locale_names(),
        days=GOOD_FOR.days,
        shown=SHOWN,
        now=now(),
    )


def _tell(done: Invited) -> None:
    count = len(done.ids)
    if count:
        flash(
            ngettext("%(num)d invitation is on its way.", "%(num)d invitations are on their way.", count),
            "good",
        )
    left = done.left_out
    for words in (
        ngettext("%(num)d is in the program already.", "%(num)d are in the program already.", left["member"])
        if left["member"]
        else "",
        ngettext(
            "%(num)d was invited in the last month.",
            "%(num)d were invited in the last month.",
            left["recent"],
        )
        if left["recent"]
        else "",
        ngettext("%(num)d wants no invitations.", "%(num)d want no invitations.", left["declined"])
        if left["declined"]
        else "",
        ngettext("%(num)d is not an e-mail address.", "%(num)d are not e-mail addresses.", left["wrong"])
        if left["wrong"]
        else "",
    ):
        if words:
            flash(words, "warn")


def _cipher() -> Cipher:
    return Cipher(current_app.extensions["settings"].encryption_keys)
