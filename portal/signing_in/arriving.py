"""Somebody vouched for arrives: known, to be asked whether an account is theirs, new, or nobody here."""

from __future__ import annotations

from typing import Any

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from distribution.access.second_factor import is_enabled
from distribution.analytics.console_access import merchant_row
from distribution.errors import DomainError
from distribution.network.errors import AccountClosed
from distribution.settings.merchants import LastOwner
from distribution.signing_in import customers, staff
from distribution.signing_in.errors import ConfirmationNeeded, NobodyHere, NotConfirmed
from portal import distributors
from portal.clock import now
from portal.console import merchants
from portal.database import unit
from portal.login import enter
from portal.securing import pending
from portal.securing.remembered import is_remembered
from portal.signing_in import connecting, newcomer
from portal.signing_in.areas import AREAS
from portal.signing_in.codes import Arrival


def arrive(one: Arrival) -> ResponseReturnValue:
    """Log them in, or say what is missing."""
    try:
        with unit() as session:
            person = _admitted(session, one)
            guarded = is_enabled(session, one.kind, person.id) and not is_remembered(session, person)
            if not guarded:
                AREAS[one.kind].entered(session, person.id, now())
    except ConfirmationNeeded as needed:
        return connecting.ask_holder(one, needed.facts["person_id"])
    except NobodyHere:
        return newcomer.begin(one) if one.kind == distributors.KIND else turned_away(None)
    except (LastOwner, AccountClosed, NotConfirmed) as error:
        return turned_away(error)
    if guarded:
        pending.ask(person, one.target, now=now())
        return redirect(url_for(AREAS[one.kind].second_step), 303)
    enter(person)
    return redirect(one.target, 303)


def turned_away(error: DomainError | None) -> ResponseReturnValue:
    """The page of somebody who does not get in."""
    if isinstance(error, LastOwner):
        text = gettext(
            "The shop gives you another role now, and you are the last owner here. Make somebody else owner first."
        )
    elif isinstance(error, AccountClosed):
        text = gettext("This account is closed. Write to us if you think it should not be.")
    elif isinstance(error, NotConfirmed):
        text = gettext(
            "An account has your e-mail address, but your other login has not confirmed it. Log in here."
        )
    else:
        text = gettext("No account here is connected to this login. Ask a console owner to add you.")
    page = render_template(
        "errors/error.html", title=gettext("You cannot log in this way"), text=text, reference=None
    )
    return page, 403


def _admitted(session: Session, one: Arrival) -> Any:
    if one.kind == distributors.KIND:
        return distributors.logged_in(customers.admit(session, one.vouched, now=now()))
    return merchants.signed_in(merchant_row(staff.admit(session, one.vouched, role=one.role, now=now())))
