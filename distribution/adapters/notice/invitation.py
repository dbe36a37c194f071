"""The letter of an invitation, carried by e-mail once the outbox says so."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from distribution.adapters.mail import Mailer
from distribution.adapters.notice.email import mail
from distribution.adapters.notice.letter import INVITED, Letter, Site
from distribution.db import transaction
from distribution.errors import InvalidInput
from distribution.invitation.follow import is_open
from distribution.invitation.link import token
from distribution.invitation.tables import Invitation
from distribution.notice.render import Style, worded
from distribution.notice.tables import Notice
from distribution.outbox import Claim, GiveUp
from distribution.outbox.carry_out import Handler
from distribution.privacy.encryption import Cipher
from distribution.settings import program


def invitations_by(
    engine: Engine, by: Mailer, cipher: Cipher, *, site: Site, clock: Callable[[], datetime]
) -> Handler:
    """A handler that mails invitations that can still be followed; the same again has the same Message-ID."""

    def handle(claimed: Claim) -> None:
        which = UUID(claimed.payload["invitation"])
        with transaction(engine) as session:
            found = invitation_letter(
                session, which, cipher=cipher, key=claimed.dedupe_key, site=site, now=clock()
            )
        if found is None:
            return
        try:
            made = mail(found, sender=by.sender)
        except InvalidInput as error:
            raise GiveUp(error.message) from error
        by.send(made)
        with transaction(engine) as session:
            session.get_one(Invitation, which).sent_at = clock()

    return handle


def invitation_letter(
    session: Session, invitation_id: UUID, *, cipher: Cipher, key: str, site: Site, now: datetime
) -> Letter | None:
    """What is written; None once its reader applied or declined, or its link ended."""
    if not is_open(session, invitation_id, now=now):
        return None
    found, settings = session.get_one(Invitation, invitation_id), program.read(session)
    email = cipher.open(str(found.email_encrypted))
    words = cipher.open(found.words_encrypted) if found.words_encrypted else None
    notice = Notice(
        id=found.id,
        reader=INVITED,
        person_id=found.id,
        kind="invitation",
        facts={"expires_at": found.expires_at.isoformat(), "link_path": "", "words": words},
        at=found.created_at,
    )
    style = Style(found.locale, ZoneInfo(settings.time_zone), settings.program_name)
    link = f"{site.portal_url}/invited/{token(site.secret_key, found.id)}"
    return Letter(
        key=key,
        person_id=found.id,
        reader=INVITED,
        name="",
        email=email,
        language=found.locale,
        program=settings.program_name,
        company=settings.company_name,
        said=worded([notice], style),
        url=link,
        settings_url="",
        unsubscribe=f"{link}/decline",
    )
