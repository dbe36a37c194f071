"""A person asks the provider not to pay any more; what it answers is written down like any other answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import Engine

from distribution.audit.record import record
from distribution.db import transaction
from distribution.outbox import hurry
from distribution.privacy.encryption import Cipher
from distribution.withdrawal.errors import MethodUnavailable, NotAllowedNow
from distribution.withdrawal.provider import PayoutProvider
from distribution.withdrawal.send import answer, called, order_of
from distribution.withdrawal.states import WITH_PROVIDER
from distribution.withdrawal.step import lock
from distribution.withdrawal.tables import Withdrawal


def stop(
    engine: Engine,
    withdrawal_id: UUID,
    *,
    providers: Mapping[str, PayoutProvider],
    actor: str,
    clock: Callable[[], datetime],
    cipher: Cipher | None = None,
) -> Withdrawal:
    """Ask the provider to cancel; the withdrawal ends only when the provider says that it will not be paid.

    This is an edge: the call lies between two transactions. Raises NotAllowedNow where no provider has the order.
    """
    with transaction(engine) as session:
        withdrawal = lock(session, withdrawal_id)
        if withdrawal.state not in WITH_PROVIDER:
            raise NotAllowedNow("stop", withdrawal.state)
        if withdrawal.method not in providers:
            raise MethodUnavailable(withdrawal.method)
        provider, payout = providers[withdrawal.method], order_of(session, withdrawal, cipher)
        record(
            session,
            actor=actor,
            action="withdrawal.stop",
            subject_type="withdrawal",
            subject_id=withdrawal_id,
            now=clock(),
        )
    said = called(provider.cancel, payout)
    with transaction(engine) as session:
        hurry(session, payout.key, now=clock())
        return answer(session, withdrawal_id, said, now=clock())
