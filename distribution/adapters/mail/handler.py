"""The outbox's handler of mails."""

from __future__ import annotations

from distribution.adapters.mail.mailer import Mailer
from distribution.adapters.mail.message import message
from distribution.errors import InvalidInput
from distribution.outbox import Claim, GiveUp
from distribution.outbox.carry_out import Handler

KIND = "mail"


def mail_handler(by: Mailer) -> Handler:
    """A handler for effects of kind "mail"; a mail that cannot be made is given up at once."""

    def send(claimed: Claim) -> None:
        try:
            mail = message(claimed, sender=by.sender)
        except InvalidInput as error:
            raise GiveUp(error.message) from error
        by.send(mail)

    return send
