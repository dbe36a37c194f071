"""The letter that confirms an address: whoever opens its link reads the mail sent there."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol
from uuid import UUID

from flask import url_for
from sqlalchemy.orm import Session

from distribution.notice import tell
from portal import tokens
from portal.i18n import current_locale


class Addressed(Protocol):
    """Somebody with an address that may not be confirmed yet."""

    @property
    def id(self) -> UUID:
        """Who."""

    @property
    def email(self) -> str:
        """Where to."""


def tell_to_confirm(session: Session, person: Addressed, *, now: datetime) -> None:
    """Ask somebody to open a link; each time with a fresh one."""
    link = url_for("access.confirm", token=tokens.confirm_token(person.id, person.email))
    facts = {"link_path": link, "locale": str(current_locale())}
    tell(session, person.id, "confirm_email", key=f"confirm-{now.isoformat()}", facts=facts, now=now)
