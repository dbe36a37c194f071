"""A provider reports of itself: a final answer is written down once, anything else makes us ask sooner."""

from __future__ import annotations

import logging
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from distribution.audit.record import record
from distribution.outbox import hurry
from distribution.withdrawal.provider import Answer, Notice, Outcome
from distribution.withdrawal.send import ACTOR, answer
from distribution.withdrawal.states import ENDED, WITH_PROVIDER
from distribution.withdrawal.step import lock
from distribution.withdrawal.tables import Withdrawal

_LOG = logging.getLogger(__name__)
_FINAL = (Outcome.PAID, Outcome.FAILED)


def heed(session: Session, notice: Notice, *, method: str, now: datetime) -> Withdrawal | None:
    """Take note of what a provider's authentic webhook says; None when it is about nothing of ours.

    The same again, an older one, one that comes before the answer to the order, change nothing that a poll would not.
    """
    withdrawal_id = session.scalar(
        select(Withdrawal.id).where(Withdrawal.idempotency_key == notice.key, Withdrawal.method == method)
    )
    if withdrawal_id is None:
        return None
    withdrawal = lock(session, withdrawal_id)
    said = notice.answer
    if said is not None and withdrawal.state in WITH_PROVIDER:
        withdrawal = answer(session, withdrawal_id, said, now=now)
    elif said is not None and _contradicts(said, withdrawal.state):
        _contradicted(session, withdrawal, said, now=now)
    # Before anything was sent a provider that speaks of it is asked, not believed.
    hurry(session, withdrawal.idempotency_key, now=now)
    return withdrawal


def _contradicts(said: Answer, state: str) -> bool:
    return state in ENDED and said.outcome in _FINAL and said.outcome != state


def _contradicted(session: Session, withdrawal: Withdrawal, said: Answer, *, now: datetime) -> None:
    key, state = withdrawal.idempotency_key, withdrawal.state
    _LOG.error("payout %s is %s here, %s at the provider", key, state, said.outcome)
    record(
        session,
        actor=ACTOR,
        action="withdrawal.contradicted",
        subject_type="withdrawal",
        subject_id=withdrawal.id,
        now=now,
        before={"state": withdrawal.state},
        after={"provider": str(said.outcome), "reference": said.reference},
    )
