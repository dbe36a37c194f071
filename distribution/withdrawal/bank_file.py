"""Approved withdrawals that a person pays at the bank, with the accounts to pay to; who took the list is noted."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from schwifty import BIC, IBAN
from sqlalchemy import select
from sqlalchemy.orm import Session

from distribution.audit.record import record
from distribution.network.tables import Distributor
from distribution.privacy.encryption import Cipher
from distribution.withdrawal.provider import BY_HAND
from distribution.withdrawal.states import APPROVED, SENDING, SENT
from distribution.withdrawal.tables import PayoutMethod, Withdrawal

MOST = 5_000


@dataclass(frozen=True, slots=True)
class BankRow:
    """One transfer to make; `amount_minor` is what reaches the distributor, after the fee.

    `reference` is to be written on the transfer: the withdrawal's id in 32 characters, which every bank has room for.
    `iban` and `bic` are empty where what was entered is none.
    """

    withdrawal_id: UUID
    name: str
    holder: str
    account: str
    bank: str
    currency: str
    amount_minor: int
    requested_at: datetime

    @property
    def reference(self) -> str:
        """What to write on the transfer."""
        return self.withdrawal_id.hex

    @property
    def iban(self) -> str:
        """The account as an IBAN."""
        found = IBAN(self.account, allow_invalid=True)
        return found.compact if found.is_valid else ""

    @property
    def bic(self) -> str:
        """The bank as a BIC; COMMERZBANK has the form of one, of Eritrea, so more than the form has to be right."""
        found = BIC(self.bank, allow_invalid=True)
        is_right = found.country_code == self.iban[:2] if self.iban else found.exists
        return found.compact if found.is_valid and is_right else ""


def bank_rows(session: Session, *, cipher: Cipher, actor: str, now: datetime) -> list[BankRow]:
    """The transfers to make by hand, oldest first; raises Undecipherable when a key is missing."""
    query = (
        select(Withdrawal, Distributor.name, PayoutMethod.details_encrypted)
        .join(Distributor, Distributor.id == Withdrawal.distributor_id)
        .outerjoin(PayoutMethod, PayoutMethod.id == Withdrawal.method_id)
        .where(Withdrawal.state.in_((APPROVED, SENDING, SENT)), Withdrawal.method == BY_HAND)
        .order_by(Withdrawal.requested_at, Withdrawal.id)
        .limit(MOST)
    )
    rows = [_row(withdrawal, name, sealed, cipher) for withdrawal, name, sealed in session.execute(query)]
    record(
        session,
        actor=actor,
        action="withdrawal.export",
        subject_type="withdrawals",
        subject_id="bank_file",
        now=now,
        after={"withdrawals": [str(row.withdrawal_id) for row in rows]},
    )
    return rows


def _row(withdrawal: Withdrawal, name: str, sealed: bytes | None, cipher: Cipher) -> BankRow:
    details: dict[str, str] = json.loads(cipher.open(sealed.decode())) if sealed else {}
    return BankRow(
        withdrawal_id=withdrawal.id,
        name=name,
        holder=details.get("holder") or name,
        account=details.get("account", ""),
        bank=details.get("bank", ""),
        currency=withdrawal.currency,
        amount_minor=withdrawal.amount_minor - withdrawal.fee_minor,
        requested_at=withdrawal.requested_at,
    )
