"""Invites addresses: each once a month, none that is in the program already or wants no letters."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from distribution.audit.record import record
from distribution.db import new_id
from distribution.errors import InvalidInput
from distribution.invitation.errors import TooManyInvitations
from distribution.invitation.tables import Invitation
from distribution.network.tables import Distributor
from distribution.notice.words import LANGUAGES
from distribution.outbox import ask
from distribution.privacy.email import checked_email
from distribution.privacy.encryption import Cipher
from distribution.privacy.hashing import email_hash, shopper_key

EFFECT = "invitation_email"
GOOD_FOR = timedelta(days=30)
"""How long a link can be followed, an address is kept unused, and nobody is written to again."""
REFUSABLE_FOR = timedelta(days=60)
"""How long after that its reader may still say that they want no more: letters are read late."""
MOST_IN_A_DAY = 1_000
LONGEST_WORDS = 500
APART = timedelta(seconds=1)
"""Between two letters, so that a mail server is not flooded."""
_PARTED = re.compile(r"[\s,;<>\"]+")
_LOCK = text("SELECT pg_advisory_xact_lock(hashtextextended('invitations', 0))")


@dataclass(frozen=True, slots=True)
class Invited:
    """How many are written to, and how many are not, by why: `wrong`, `member`, `recent`, `declined`."""

    ids: tuple[UUID, ...]
    left_out: Counter[str] = field(default_factory=Counter)


def addresses_in(pasted: str) -> list[str]:
    """What may be an address in a text or a CSV file, whatever parts them: each once, in their order."""
    found = (part.strip(".'()[]") for part in _PARTED.split(pasted))
    return list(dict.fromkeys(part for part in found if "@" in part))


def invite(
    session: Session,
    addresses: Iterable[str],
    *,
    words: str,
    locale: str,
    cipher: Cipher,
    actor: str,
    now: datetime,
) -> Invited:
    """Invite them, with a personal line or none; the letters leave by the outbox, one a second.

    Raises InvalidInput for a language there is not or words that are too long, and TooManyInvitations.
    """
    if locale not in LANGUAGES:
        raise InvalidInput("there is no such language", field="locale")
    if len(words) > LONGEST_WORDS:
        raise InvalidInput(f"at most {LONGEST_WORDS} characters", field="words")
    session.execute(_LOCK)
    key, left_out = shopper_key(session), Counter[str]()
    hashes: dict[bytes, str] = {}
    for address in addresses:
        try:
            email = checked_email(address)
        except InvalidInput:
            left_out["wrong"] += 1
        else:
            hashes.setdefault(email_hash(key, email), email)
    for why, found in _kept_out(session, hashes, now=now):
        left_out[why] += hashes.pop(found, None) is not None
    _check_day(session, len(hashes), now=now)
    made = [
        Invitation(
            id=new_id(),
            email_encrypted=cipher.seal(email),
            email_hash=hashed,
            words_encrypted=cipher.seal(words) if words else None,
            locale=locale,
            invited_by=actor,
            created_at=now,
            expires_at=now + GOOD_FOR,
        )
        for hashed, email in hashes.items()
    ]
    session.add_all(made)
    session.flush()
    for place, each in enumerate(made):
        payload = {"invitation": str(each.id)}
        ask(
            session,
            kind=EFFECT,
            dedupe_key=f"invitation-{each.id}",
            payload=payload,
            due_at=now + place * APART,
        )
    if made:
        record(
            session, actor=actor, action="invitation.send", subject_type="program", subject_id="invitations", now=now,
            after={"count": len(made), "locale": locale},
        )  # fmt: skip
    return Invited(tuple(each.id for each in made), left_out)


def _kept_out(session: Session, hashes: dict[bytes, str], *, now: datetime) -> list[tuple[str, bytes]]:
    wanted = list(hashes)
    members = session.scalars(select(Distributor.email_hash).where(Distributor.email_hash.in_(wanted)))
    earlier = session.execute(
        select(Invitation.email_hash, Invitation.declined_at).where(
            Invitation.email_hash.in_(wanted),
            (Invitation.created_at > now - GOOD_FOR) | Invitation.declined_at.is_not(None),
        )
    ).all()
    declined = {hashed for hashed, at in earlier if hashed is not None and at is not None}
    recent = {hashed for hashed, _ in earlier if hashed is not None} - declined
    return [
        *(("member", each) for each in members),
        *(("declined", each) for each in declined),
        *(("recent", each) for each in recent),
    ]


def _check_day(session: Session, count: int, *, now: datetime) -> None:
    sent = session.scalar(
        select(func.count()).select_from(Invitation).where(Invitation.created_at > now - timedelta(days=1))
    )
    left = max(0, MOST_IN_A_DAY - (sent or 0))
    if count > left:
        raise TooManyInvitations(limit=MOST_IN_A_DAY, left=left)
