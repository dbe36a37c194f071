"""Sends mails to a server, a folder or the console, as DISTRIBUTION_MAIL_URL says."""

from distribution.adapters.mail.mailer import Mailer, mailer

__all__ = ["Mailer", "mailer"]
