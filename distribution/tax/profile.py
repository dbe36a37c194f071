"""A distributor says where they are taxed; what they said before stays with the statements that used it."""

from __future__ import annotations

import hashlib
import json
import secrets
from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from distribution.audit.chain import append
from distribution.audit.record import record
from distribution.errors import InvalidInput
from distribution.network.tables import Distributor
from distribution.privacy.encryption import Cipher
from distribution.settings.tax import Recipient, countries
from distribution.tax.tables import TaxDetails, TaxProfile
from distribution.tax.tax_id import checked, label

LONGEST_NAME, LONGEST_ADDRESS = 200, 500


@dataclass(frozen=True, slots=True)
class Details:
    """What stands on an invoice of a distributor's."""

    name: str
    address: str
    tax_id: str | None


def record_profile(
    session: Session,
    distributor: Distributor,
    *,
    country: str,
    recipient: Recipient,
    details: Details,
    self_billing: bool,
    cipher: Cipher,
    actor: str,
    now: datetime,
) -> TaxProfile:
    """Keep what a distributor says of themselves from now on; the same again changes nothing.

    Raises InvalidInput for an unknown country, a tax id its country cannot have given, a name or address that is
    missing or too long.
    """
    if country not in countries():
        raise InvalidInput("choose a country", field="country")
    if recipient not in ("person", "company"):
        raise InvalidInput("choose person or company", field="recipient")
    details = _checked(country, details)
    last = profile(session, distributor.id)
    said = (country, recipient, self_billing)
    if (
        last is not None
        and (last.country, last.recipient, last.self_billing) == said
        and details_of(session, last, cipher=cipher) == details
    ):
        return last
    # The random part keeps the digest from telling whether two people gave the same.
    text = json.dumps({**asdict(details), "salt": secrets.token_hex(16)}, sort_keys=True, ensure_ascii=False)
    tax_id_label = None if details.tax_id is None else label(details.tax_id)
    record(
        session,
        actor=actor,
        action="tax_profile.record",
        subject_type="distributor",
        subject_id=distributor.id,
        now=now,
        after={
            "country": country,
            "recipient": recipient,
            "tax_id": tax_id_label,
            "self_billing": self_billing,
        },
    )
    kept = append(
        session,
        TaxProfile(
            distributor_id=distributor.id,
            country=country,
            recipient=recipient,
            tax_id_label=tax_id_label,
            self_billing=self_billing,
            details_digest=_digest(text),
            actor=actor,
            recorded_at=now,
        ),
    )
    session.add(TaxDetails(profile_number=kept.number, details_encrypted=cipher.seal(text).encode()))
    session.flush()
    return kept


def profile(session: Session, distributor_id: UUID) -> TaxProfile | None:
    """What a distributor said last."""
    query = select(TaxProfile).where(TaxProfile.distributor_id == distributor_id)
    return session.scalar(query.order_by(TaxProfile.number.desc()).limit(1))


def details_of(session: Session, of: TaxProfile, *, cipher: Cipher) -> Details:
    """The details of a profile; raises Undecipherable."""
    kept = session.get_one(TaxDetails, of.number)
    said = json.loads(cipher.open(kept.details_encrypted.decode()))
    return Details(said["name"], said["address"], said["tax_id"])


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()


def _checked(country: str, details: Details) -> Details:
    name, address = " ".join(details.name.split()), details.address.strip()
    if not 0 < len(name) <= LONGEST_NAME:
        raise InvalidInput(f"a name has 1 to {LONGEST_NAME} characters", field="name")
    if not 0 < len(address) <= LONGEST_ADDRESS:
        raise InvalidInput(f"an address has 1 to {LONGEST_ADDRESS} characters", field="address")
    tax_id = (details.tax_id or "").strip()
    return Details(name, address, checked(country, tax_id) if tax_id else None)
