"""Mails of the portal: written in the reader's language, put in the outbox in the transaction of the act."""

from __future__ import annotations

from flask import render_template
from flask_babel import force_locale
from sqlalchemy.orm import Session

from distribution.outbox import ask
from portal.database import program_settings

KIND = "mail"


def send(session: Session, template: str, *, to: str, locale: str, dedupe_key: str, **facts: object) -> None:
    """Ask for the mail `templates/mail/<template>.txt`: its first line is the subject, the rest the text."""
    with force_locale(locale):
        text = render_template(f"mail/{template}.txt", program=program_settings(), **facts)
    subject, _, body = text.strip().partition("\n")
    ask(
        session,
        kind=KIND,
        dedupe_key=dedupe_key,
        payload={"to": to, "subject": subject.strip(), "text": body.strip() + "\n"},
    )
