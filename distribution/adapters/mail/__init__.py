"""Sends the outbox's mails to a server, a folder or the console, as DISTRIBUTION_MAIL_URL says."""

from distribution.adapters.mail.handler import mail_handler
from distribution.adapters.mail.mailer import Mailer, mailer

__all__ = ["Mailer", "mail_handler", "mailer"]
