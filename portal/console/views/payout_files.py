"""SEPA files: made of what is approved, taken to the bank, and what became of them."""

from __future__ import annotations

from uuid import UUID

from flask import Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext

from distribution.adapters.payout.sepa import SepaAdapter
from distribution.errors import DomainError
from distribution.withdrawal.payout_file import file_content, make_file, mark_file_paid
from distribution.withdrawal.provider import SEPA
from portal.console.acting import actor, now
from portal.console.blueprint import blueprint
from portal.console.guard import needs
from portal.console.refusals import told
from portal.console.roles import Act
from portal.database import unit
from portal.payouts import adapters, cipher


@blueprint.post("/withdrawals/sepa-files")
@needs(Act.DECIDE_WITHDRAWALS)
def make_sepa_file() -> ResponseReturnValue:
    """Put everything approved that is in no file yet into a new one."""
    adapter = adapters().get(SEPA)
    if not isinstance(adapter, SepaAdapter):
        flash(gettext("SEPA transfers are not set up here."), "bad")
        return _back()
    with unit() as session:
        made = make_file(
            session,
            method=SEPA,
            currency="EUR",
            write=adapter.write,
            usable=adapter.usable,
            cipher=cipher(),
            actor=actor(),
            now=now(),
        )
        count = made.file.count if made.file else 0
    if count:
        flash(
            ngettext(
                "A file with %(num)d transfer is ready; hand it to your bank.",
                "A file with %(num)d transfers is ready; hand it to your bank.",
                count,
            ),
            "good",
        )
    else:
        flash(gettext("Nothing approved waits for a SEPA transfer."), "note")
    if made.left_out:
        flash(gettext("Some were left out: they name no account that a SEPA transfer can reach."), "bad")
    return _back()


@blueprint.post("/withdrawals/sepa-files/<uuid:file_id>")
@needs(Act.DECIDE_WITHDRAWALS)
def take_sepa_file(file_id: UUID) -> Response:
    """The file, the same to the byte each time; that it was taken is on the audit log."""
    with unit() as session:
        file, content = file_content(session, file_id, cipher=cipher(), actor=actor(), now=now())
        name = f"sepa-{file.created_at:%Y-%m-%d}-{file.id.hex[-6:]}.xml"
    return Response(
        content,
        content_type="application/xml; charset=utf-8",
        headers={
            "Content-Disposition": f'attachment; filename="{name}"',
            "Cache-Control": "private, no-store",
        },
    )


@blueprint.post("/withdrawals/sepa-files/<uuid:file_id>/paid")
@needs(Act.DECIDE_WITHDRAWALS)
def pay_sepa_file(file_id: UUID) -> ResponseReturnValue:
    """The bank has carried the file out: what of it was not decided one by one is paid."""
    try:
        with unit() as session:
            paid = mark_file_paid(
                session, file_id, reference=request.form.get("reference", ""), actor=actor(), now=now()
            )
            count = len(paid)
    except DomainError as error:
        flash(told(error), "bad")
        return _back()
    flash(
        ngettext("%(num)d withdrawal is marked as paid.", "%(num)d withdrawals are marked as paid.", count),
        "good",
    )
    return _back()


def _back() -> ResponseReturnValue:
    return redirect(url_for("console.withdrawals", queue="sending"), 303)
