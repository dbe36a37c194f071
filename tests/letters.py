"""What people were told, as the mails it becomes."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from distribution.adapters.notice.email import mail
from distribution.adapters.notice.letter import Letter, Site, letter
from distribution.notice.kinds import EMAIL
from distribution.notice.tables import Notice

SITE = Site("http://localhost", "a secret that only tests have, long enough")


def letters(session: Session, *kinds: str) -> list[Letter]:
    """The letter of each notice, of these kinds or of all, oldest first."""
    query = select(Notice).order_by(Notice.at, Notice.id)
    found = session.scalars(query.where(Notice.kind.in_(kinds)) if kinds else query).all()
    made = [letter(session, [each.id], channel=EMAIL, key=f"letter-{each.id}", site=SITE) for each in found]
    return [each for each in made if each is not None]


def mails(session: Session, *kinds: str) -> list[dict[str, str]]:
    """Their mails, as address, subject and plain text."""
    found = []
    for each in letters(session, *kinds):
        made = mail(each, sender="Shop <shop@example.com>")
        body = made.get_body(("plain",))
        assert body is not None
        found.append({"to": str(made["To"]), "subject": str(made["Subject"]), "text": body.get_content()})
    return found
