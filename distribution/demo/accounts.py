"""Where the demo's people have their money sent: accounts at a bank that there is not."""

from __future__ import annotations

import json
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from distribution.adapters.payout.manual import ManualAdapter
from distribution.demo.people import Person
from distribution.privacy.encryption import Cipher
from distribution.withdrawal.methods import add_method
from distribution.withdrawal.provider import BY_HAND

_BANKS = {"CNY": "示例银行", "EUR": "Example Bank"}


def open_account(
    session: Session, distributor_id: UUID, person: Person, *, cipher: Cipher, now: datetime
) -> UUID:
    """Enter somebody's account as they would, and return its id."""
    # No IBAN has the check digits 00, and no card begins with 0000: neither is anybody's.
    number = f"{person.key * 7919 + 1237:018}"
    adapter = ManualAdapter()
    details = adapter.payee(
        {
            "holder": person.name,
            "account": f"DE00{number}" if person.currency == "EUR" else f"0000{number}",
            "bank": _BANKS[person.currency],
        }
    )
    details_encrypted = cipher.seal(json.dumps(details, ensure_ascii=False))
    return add_method(
        session,
        distributor_id=distributor_id,
        adapter=BY_HAND,
        label=adapter.label(details),
        sealed_details=details_encrypted,
        actor=f"distributor:{distributor_id}",
        now=now,
    ).id
