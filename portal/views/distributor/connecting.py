"""Being reached by a third party's channel: an address is entered, proven if the channel asks, kept encrypted."""

from __future__ import annotations

import logging
import secrets

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user

from distribution.adapters.notice.base import Message, NoticeChannel, Unreachable
from distribution.db import new_id
from distribution.errors import InvalidInput
from distribution.notice.choices import addresses, reach_at
from distribution.notice.proving import CODE_DIGITS, await_proof, prove
from portal.channels import others
from portal.clock import now
from portal.database import program_settings, unit
from portal.i18n import current_locale
from portal.payouts import cipher
from portal.throttle import exceeded
from portal.views.distributor.blueprint import blueprint, own_id
from portal.views.distributor.notice_choices import notices_page

log = logging.getLogger("portal.channels")
_CODES, _HOUR_SECONDS = 5, 3600


@blueprint.post("/account/notices/channels/<name>", endpoint="connect_channel")
def connect(name: str) -> ResponseReturnValue:
    """Keep where the channel reaches them; where it asks for proof, send a code there first."""
    channel = _channel(name)
    try:
        address = channel.address(request.form.get("address", "").strip()[:200])
    except InvalidInput:
        return _refused(name, gettext("This is not a valid address."))
    if channel.asks_proof:
        problem = _send_code(name, channel, address)
        return _refused(name, problem) if problem else _back(name)
    with unit() as session:
        sealed = cipher().seal(address)
        reach_at(session, own_id(), name, sealed=sealed, label=channel.label(address), now=now())
    flash(gettext("Saved."), "good")
    return _back(name)


@blueprint.post("/account/notices/channels/<name>/code", endpoint="send_channel_code")
def send_again(name: str) -> ResponseReturnValue:
    """Send another code to the address that waits for one."""
    channel = _channel(name)
    with unit() as session:
        known = addresses(session, [own_id()]).get((own_id(), name))
        waits = known is not None and known.proven_at is None and channel.asks_proof
        address = cipher().open(known.address_encrypted.decode()) if known and waits else None
    if address is not None and (problem := _send_code(name, channel, address)):
        flash(problem, "bad")
    return _back(name)


@blueprint.post("/account/notices/channels/<name>/confirm", endpoint="prove_channel")
def confirm(name: str) -> ResponseReturnValue:
    """The code that arrived there."""
    _channel(name)
    with unit() as session:
        found = prove(session, own_id(), name, code=request.form.get("code", "")[:40], now=now())
    match found:
        case "proven":
            flash(gettext("Confirmed. You get notices there from now on."), "good")
        case "wrong":
            flash(gettext("This is not the code that we sent."), "bad")
        case "over":
            flash(gettext("This code is used up or too old. Have a new one sent."), "bad")
    return _back(name)


@blueprint.post("/account/notices/channels/<name>/forget", endpoint="forget_channel")
def forget(name: str) -> ResponseReturnValue:
    """Reach them there no more."""
    with unit() as session:
        reach_at(session, own_id(), name, sealed=None, now=now())
    return _back(name)


def _channel(name: str) -> NoticeChannel:
    found = others().get(name)
    return found if found is not None else abort(404)


def _back(name: str) -> ResponseReturnValue:
    return redirect(url_for("distributor.notice_choices", _anchor=name), 303)


def _refused(name: str, problem: str) -> ResponseReturnValue:
    """The page with what is wrong beside what was typed."""
    return notices_page(problems={name: problem}, typed=request.form), 422


def _send_code(name: str, channel: NoticeChannel, address: str) -> str | None:
    """Send a code by the channel, then keep what it proves, or say why not; so few in an hour to a person, and to an
    address."""
    asked = [
        exceeded("channel code", whose, limit=_CODES, seconds=_HOUR_SECONDS)
        for whose in (str(own_id()), f"{name}:{address}")
    ]
    if any(asked):
        return gettext("You have asked for many codes. Try again in an hour.")
    code = f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}}"
    try:
        channel.send(_message(address, code))
    except Unreachable:
        return gettext("Nobody is reached at this address.")
    except Exception:
        # Whatever a third party's channel raises is a reason to try later, and none to break this page.
        log.exception("no code was sent by %s", name)
        return gettext("The code could not be sent. Try again a little later.")
    with unit() as session:
        await_proof(
            session,
            own_id(),
            name,
            sealed=cipher().seal(address),
            label=channel.label(address),
            code=code,
            now=now(),
        )
    flash(gettext("We sent you a code. Enter it here within ten minutes."), "good")
    return None


def _message(address: str, code: str) -> Message:
    program = program_settings().program_name
    return Message(
        key=f"code-{new_id().hex}",
        address=address,
        name=current_user.name,
        language=str(current_locale()),
        program=program,
        kind="confirm_address",
        topic="security",
        title=gettext("Your code: %(code)s", code=code),
        text=gettext("For %(program)s. If you did not ask for it, ignore this.", program=program),
        action="",
        url="",
    )
