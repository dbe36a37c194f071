"""What people of the merchant's are told of an act that the domain refused."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext, lazy_gettext

from distribution.errors import DomainError

_REFUSALS: dict[str, Any] = {
    "too_many_invitations": lazy_gettext(
        "No more than 1,000 invitations are sent a day. Send the rest tomorrow."
    ),
    "conflict": lazy_gettext(
        "Nothing would change, or something changed meanwhile. Reload the page and look again."
    ),
    "account_erased": lazy_gettext(
        "Their account was closed and they were erased: nobody is there to be taken up again. They may apply anew."
    ),
    "standing_refused": lazy_gettext(
        "That is not possible from their present status. Reload the page and look again."
    ),
    "sponsor_circle": lazy_gettext("The new sponsor is in the distributor's own downline."),
    "sponsor_inactive": lazy_gettext("The sponsor is not active."),
    "tree_too_deep": lazy_gettext("Somebody would come deeper below you than the program's limit allows."),
    "unknown_sponsor_code": lazy_gettext("Nobody active has this code."),
    "code_taken": lazy_gettext(
        "This code is taken, in whatever case. Codes are never given to another person."
    ),
    "email_taken": lazy_gettext("Somebody else has this e-mail address."),
    "already_disabled": lazy_gettext("This login is locked out already."),
    "not_disabled": lazy_gettext("This login is not locked out."),
    "last_owner": lazy_gettext("The last owner stays an owner: somebody must be able to do everything."),
    "token_name_taken": lazy_gettext(
        "There is or was a token of this name. Choose another: the audit log tells them apart by it."
    ),
    "insufficient_balance": lazy_gettext("The balance does not hold that much any more."),
    "writers_busy": lazy_gettext(
        "Commission is being recorded without a pause just now. Try again in a moment."
    ),
    "outstanding_debt": lazy_gettext(
        "There is a debt in this currency since the request. Nothing leaves until it is repaid."
    ),
    "not_allowed_now": lazy_gettext(
        "Its state does not allow this any more. Reload the page and look again."
    ),
    "never_a_member": lazy_gettext("Somebody who never was accepted has no balance to adjust."),
    "second_person_needed": lazy_gettext(
        "You proposed this one, and its amount takes two: somebody else of yours has to approve it."
    ),
    "already_decided": lazy_gettext("Somebody has decided it meanwhile. Reload the page and look again."),
    "needs_people": lazy_gettext("This amount is approved by two people, each with a login of their own."),
    "already_approved": lazy_gettext("You approved this one before; it takes another person."),
    "awaits_approval": lazy_gettext("It waits to be approved."),
    "not_under_review": lazy_gettext("It is not waiting for approval any more. Reload the page."),
    "announcement_published": lazy_gettext(
        "It is published already, and people have read it. Withdraw it and write another."
    ),
    "wrong_direction": lazy_gettext("This kind only ever goes the other way."),
    "second_factor_missing": lazy_gettext("They have no second step any more."),
    "wrong_credentials": lazy_gettext("E-mail address or password is wrong."),
}
_FIELDS: dict[str, Any] = {
    "amount": lazy_gettext("Enter an amount like 25.00."),
    "currency": lazy_gettext("Enter the code of a currency, like EUR."),
    "reason": lazy_gettext("Say why, in a few words."),
    "password": lazy_gettext("A password has 10 to 128 characters and is not too plain."),
    "email": lazy_gettext("This does not look like an e-mail address."),
    "name": lazy_gettext("This name is empty, too long, or holds characters that cannot be shown."),
    "code": lazy_gettext("A code is 3 to 40 letters, digits, hyphens or underscores."),
    "grade": lazy_gettext("The program has no such grade any more."),
    "groups": lazy_gettext("The program does not have one of these groups any more."),
    "effective_at": lazy_gettext("A plan never takes effect in the past."),
    "source": lazy_gettext(
        "Letters and digits in lower case with hyphens between, and not those of another token."
    ),
    "scopes": lazy_gettext("Choose what the token may do."),
    "title_en": lazy_gettext("Give it a title."),
    "title_zh": lazy_gettext("Give it a title."),
    "text_en": lazy_gettext("Write a sentence at least."),
    "text_zh": lazy_gettext("Write a sentence at least."),
    "audience_keys": lazy_gettext("Say which."),
    "from_at": lazy_gettext("Choose a date and a time."),
    "until_at": lazy_gettext("It ends after it begins."),
    "until": lazy_gettext("A settlement cannot reach into the future."),
    "ids": lazy_gettext("Choose at least one."),
    "reference": lazy_gettext("Enter the bank's reference."),
}


def told(error: DomainError) -> str:
    """Why the domain refused an act."""
    found = _REFUSALS.get(error.code)
    if found is None and error.field is not None:
        found = _FIELDS.get(error.field.rpartition(".")[2])
    return str(found) if found is not None else gettext("That was refused: %(why)s.", why=error.message)
