"""Puts what the domain refused beside the field it is about."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from flask_babel import gettext, lazy_gettext
from flask_wtf import FlaskForm

from distribution.errors import DomainError
from portal.formatting import minute, money

_WORDS: dict[str, object] = {
    "email_taken": lazy_gettext("Another account already uses this e-mail address."),
    "sponsor_inactive": lazy_gettext("This invitation is not valid any more."),
    "sponsor_required": lazy_gettext(
        "You need an invitation to join. Ask someone in the program for their code."
    ),
    "unknown_sponsor_code": lazy_gettext("No one in the program has this code."),
    "tree_too_deep": lazy_gettext("This part of the network is full. Ask for another invitation."),
    "code_taken": lazy_gettext("This code is taken. Try another one."),
    "wrong_credentials": lazy_gettext("E-mail address or password is wrong."),
    "account_closed": lazy_gettext("This account is closed. Write to us if you think it should not be."),
    "insufficient_balance": lazy_gettext("That is more than is available."),
    "below_minimum": lazy_gettext("That is less than the smallest withdrawal."),
    "above_maximum": lazy_gettext("That is more than the largest withdrawal."),
    "above_daily_maximum": lazy_gettext("That is more than can be withdrawn in a day."),
    "outstanding_debt": lazy_gettext("What you owe has to be made up for first."),
    "method_unavailable": lazy_gettext("We cannot pay out this way. Choose another account."),
    "too_many_requests": lazy_gettext("You have reached today's limit. Please try again tomorrow."),
}
_FACT_WORDS: dict[str, Callable[[DomainError], str]] = {
    "window_closed": lambda error: gettext(
        "No withdrawals are taken today. You can ask from %(when)s on.",
        when=minute(error.opens_at),
    ),
    "method_cooling": lambda error: gettext(
        "This account is new. For your safety, it can receive payouts from %(when)s.",
        when=minute(error.until),
    ),
    "fee_takes_all": lambda error: gettext(
        "The fee of %(fee)s would leave nothing of it.", fee=money(error.fee_minor, error.currency)
    ),
}
_FIELD_WORDS: dict[str, object] = {
    "password": lazy_gettext("This password is too easy to guess. Use more different characters."),
    "name": lazy_gettext("A name has 1 to 120 letters."),
    "email": lazy_gettext("This does not look like an e-mail address."),
    "amount": lazy_gettext("Enter an amount like 25.00."),
    "terms_version": lazy_gettext("The program terms have changed. Please read and accept them again."),
}


def words_of(error: DomainError) -> str:
    """What a person is told of a domain error."""
    if error.code in _FACT_WORDS:
        return _FACT_WORDS[error.code](error)
    found = _WORDS.get(error.code) or _FIELD_WORDS.get(error.field or "")
    return str(found or lazy_gettext("That did not work. Check what you entered."))


def show(
    form: FlaskForm, error: DomainError, *, otherwise: str, fields: Mapping[str, str] | None = None
) -> None:
    """Add the words to the field the error names, or to the field `otherwise`.

    `fields` maps names the domain uses to those of the form.
    """
    named = (fields or {}).get(error.field or "", error.field)
    field = form[named if named in form else otherwise]
    field.errors = [*field.errors, words_of(error)]
