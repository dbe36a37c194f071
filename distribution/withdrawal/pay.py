"""How a withdrawal ends once it is approved: paid, or failed with its money returned."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from distribution.errors import InvalidInput
from distribution.withdrawal.errors import NotAllowedNow
from distribution.withdrawal.money import give_back, pay_out
from distribution.withdrawal.provider import PERSON_PAYS
from distribution.withdrawal.reject import given
from distribution.withdrawal.states import FAILED, PAID, UNKNOWN
from distribution.withdrawal.step import check, lock, take
from distribution.withdrawal.tables import Withdrawal

LONGEST_REFERENCE = 200


def mark_paid(
    session: Session, withdrawal_id: UUID, *, reference: str, actor: str, now: datetime
) -> Withdrawal:
    """A person paid it by hand, or found out at the provider that it was paid; `reference` says where to look.

    The same again with the same reference changes nothing. Raises NotAllowedNow while a provider may still decide.
    """
    reference = reference.strip()
    if not 0 < len(reference) <= LONGEST_REFERENCE:
        raise InvalidInput(f"a reference has 1 to {LONGEST_REFERENCE} characters", field="reference")
    withdrawal = lock(session, withdrawal_id)
    if withdrawal.state == PAID and withdrawal.reference == reference:
        return withdrawal
    _check_person_decides(withdrawal, PAID, act="mark as paid")
    return settle_paid(session, withdrawal, reference=reference, act="mark_paid", actor=actor, now=now)


def fail(session: Session, withdrawal_id: UUID, *, reason: str, actor: str, now: datetime) -> Withdrawal:
    """A person found that it was not paid and will not be: its money returns, and repays debt first.

    The same again with the same reason changes nothing. Raises NotAllowedNow while a provider may still decide.
    """
    reason = given(reason)
    withdrawal = lock(session, withdrawal_id)
    if withdrawal.state == FAILED and withdrawal.reason == reason:
        return withdrawal
    _check_person_decides(withdrawal, FAILED, act="fail")
    return settle_failed(session, withdrawal, reason=reason, act="fail", actor=actor, now=now)


def settle_paid(
    session: Session, withdrawal: Withdrawal, *, reference: str | None, act: str, actor: str, now: datetime
) -> Withdrawal:
    """The money has left; the withdrawal is locked already."""
    check(withdrawal, PAID, act=act)
    pay_out(session, withdrawal, now=now)
    withdrawal.reference, withdrawal.paid_at = reference, now
    return take(session, withdrawal, PAID, act=act, actor=actor, now=now, facts={"reference": reference})


def settle_failed(
    session: Session, withdrawal: Withdrawal, *, reason: str, act: str, actor: str, now: datetime
) -> Withdrawal:
    """The money comes back; the withdrawal is locked already."""
    check(withdrawal, FAILED, act=act)
    repaid_minor = give_back(session, withdrawal, now=now)
    withdrawal.reason = reason
    facts = {"reason": reason, "repaid_minor": repaid_minor}
    return take(session, withdrawal, FAILED, act=act, actor=actor, now=now, facts=facts)


def _check_person_decides(withdrawal: Withdrawal, to: str, *, act: str) -> None:
    check(withdrawal, to, act=act)
    # Where a provider has the order a person's word could be overtaken by the money.
    if withdrawal.method not in PERSON_PAYS and withdrawal.state != UNKNOWN:
        raise NotAllowedNow(act, withdrawal.state)
