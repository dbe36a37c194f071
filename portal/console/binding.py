"""Giving a customer to somebody, from the page of an order and from the customer's own."""

from __future__ import annotations

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from flask_babel import gettext

from distribution.analytics.console_distributor import by_code_or_email
from distribution.attribution.rebind import Lasts, rebind
from distribution.errors import DomainError
from portal.console.acting import actor, now, put_errors
from portal.console.forms.orders import RebindForm
from portal.database import program_settings, unit

_FIELDS = {
    "distributor_id": "owner",
    "reason": "why",
    "effective_at": "from_day",
    "ends_at": "until_day",
}


def rebound(form: RebindForm, customer_key: bytes) -> bool:
    """Carry out what the form asks for; what is wrong with it stands at its fields."""
    if not form.validate_on_submit():
        return False
    moment = now()
    begins = None if form.from_day.data is None else _begin(form.from_day.data)
    if begins is not None and _begin(moment.astimezone(_zone()).date()) == begins:
        begins = None
    try:
        with unit() as session:
            wanted = form.owner.data.strip()
            distributor_id = by_code_or_email(session, wanted) if wanted else None
            if wanted and distributor_id is None:
                form.owner.errors = [gettext("Nobody has this code, address or id.")]
                return False
            rebind(
                session,
                customer_key=customer_key,
                distributor_id=distributor_id,
                reason=form.why.data,
                actor=actor(),
                now=moment,
                effective_at=begins,
                lasts=_lasts(form),
            )
    except DomainError as error:
        put_errors(form, error, _FIELDS)
        return False
    return True


def _lasts(form: RebindForm) -> Lasts:
    if form.lasts.data == "until" and form.until_day.data is not None:
        return _begin(form.until_day.data)
    return "without_end" if form.lasts.data == "without_end" else "as_usual"


def _zone() -> ZoneInfo:
    return ZoneInfo(program_settings().time_zone)


def _begin(day: date) -> datetime:
    """When a day begins in the program's calendar."""
    return datetime.combine(day, time(), _zone())
