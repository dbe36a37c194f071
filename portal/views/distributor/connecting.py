"""Being reached by a third party's channel: an address is entered, checked by the channel, kept encrypted."""

from __future__ import annotations

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from distribution.errors import InvalidInput
from distribution.notice.choices import reach_at
from portal.channels import others
from portal.clock import now
from portal.database import unit
from portal.payouts import cipher
from portal.views.distributor.blueprint import blueprint, own_id


@blueprint.post("/account/notices/channels/<name>", endpoint="connect_channel")
def connect(name: str) -> ResponseReturnValue:
    """Keep where the channel reaches them."""
    channel = others().get(name)
    if channel is None:
        abort(404)
    try:
        address = channel.address(request.form.get("address", "").strip()[:200])
    except InvalidInput:
        flash(gettext("This is no such address."), "bad")
        return redirect(url_for("distributor.notice_choices"), 303)
    with unit() as session:
        sealed = cipher().seal(address)
        reach_at(session, own_id(), name, sealed=sealed, label=channel.label(address), now=now())
    flash(gettext("Saved."), "good")
    return redirect(url_for("distributor.notice_choices"), 303)


@blueprint.post("/account/notices/channels/<name>/forget", endpoint="forget_channel")
def forget(name: str) -> ResponseReturnValue:
    """Reach them there no more."""
    with unit() as session:
        reach_at(session, own_id(), name, sealed=None, now=now())
    return redirect(url_for("distributor.notice_choices"), 303)
