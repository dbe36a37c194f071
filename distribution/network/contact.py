"""How a sponsor and those they invited reach each other: shown only by who chose to, and to whom they chose."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from distribution.audit.record import record
from distribution.errors import InvalidInput
from distribution.network import find
from distribution.network.tables import CONTACT_KINDS, Contact
from distribution.privacy.email import checked_email
from distribution.privacy.encryption import Cipher
from distribution.privacy.errors import Undecipherable

_NUMBER = re.compile(r"\+?[0-9][0-9 ()./-]{3,24}[0-9]")
_SHAPES = {
    "phone": _NUMBER,
    "whatsapp": _NUMBER,
    "wechat": re.compile(r"[-_A-Za-z0-9]{5,40}"),
    "telegram": re.compile(r"@?[A-Za-z][A-Za-z0-9_]{3,31}"),
}


@dataclass(frozen=True, slots=True)
class Reach:
    """One way to reach somebody, opened."""

    kind: str
    value: str


def contact(session: Session, distributor_id: UUID) -> Contact | None:
    """What a distributor shows, still sealed."""
    return session.get(Contact, distributor_id, populate_existing=True)


def opened(kind: str | None, sealed: bytes | None, *, cipher: Cipher) -> Reach | None:
    """A contact as it is read; None of none, and where no key that is given opens it."""
    if kind is None or sealed is None:
        return None
    try:
        return Reach(kind, cipher.open(bytes(sealed).decode("ascii")))
    except Undecipherable:
        return None


def checked_contact(kind: str, value: str) -> str:
    """The contact as it is kept; raises InvalidInput for what nobody could be reached by."""
    if kind not in CONTACT_KINDS:
        raise InvalidInput(f"a contact is one of {', '.join(CONTACT_KINDS)}", field="kind")
    tidy = " ".join(value.split())
    if kind == "email":
        return checked_email(tidy, field="contact")
    if not _SHAPES[kind].fullmatch(tidy):
        raise InvalidInput(f"this does not look like a contact by {kind}", field="contact")
    return tidy


def show_contact(
    session: Session,
    distributor_id: UUID,
    *,
    kind: str,
    value: str,
    to_recruits: bool,
    to_sponsor: bool,
    cipher: Cipher,
    now: datetime,
) -> None:
    """Show a contact to the people a distributor invited, to whoever invited them, or both from now on.

    Shown to neither it is not kept at all. Raises InvalidInput for what is no contact of that kind.
    """
    wanted = checked_contact(kind, value) if to_recruits or to_sponsor else None
    find.by_id(session, distributor_id, for_update=True)
    kept = contact(session, distributor_id)
    if wanted is None:
        if kept is None:
            return
        session.delete(kept)
    else:
        if kept is None:
            kept = Contact(distributor_id=distributor_id)
            session.add(kept)
        elif (kept.to_recruits, kept.to_sponsor) == (to_recruits, to_sponsor) and opened(
            kept.kind, kept.value_encrypted, cipher=cipher
        ) == Reach(kind, wanted):
            return
        kept.kind, kept.value_encrypted = kind, cipher.seal(wanted).encode()
        kept.to_recruits, kept.to_sponsor, kept.changed_at = to_recruits, to_sponsor, now
    session.flush()
    # The contact can be erased one day, the audit log cannot: it says to whom it is shown, not what.
    record(
        session,
        actor=f"distributor:{distributor_id}",
        action="distributor.show_contact",
        subject_type="distributor",
        subject_id=distributor_id,
        now=now,
        after={"to_recruits": to_recruits, "to_sponsor": to_sponsor},
    )
