"""Carries out what is due, each effect outside any transaction."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Engine

from distribution.db import transaction
from distribution.outbox.claim import Claim, claim
from distribution.outbox.outcome import MAX_ATTEMPTS, GiveUp, Later, done, failed, later

Handler = Callable[[Claim], Later | None]
_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Carried:
    """How many effects of a batch were carried out, are to be looked at again, and failed."""

    done: int = 0
    later: int = 0
    failed: int = 0

    @property
    def total(self) -> int:
        """All that were claimed."""
        return self.done + self.later + self.failed


def carry_out(
    engine: Engine,
    handlers: Mapping[str, Handler],
    *,
    clock: Callable[[], datetime],
    limit: int = 20,
    lease: timedelta = timedelta(minutes=15),
) -> Carried:
    """Claim a batch of due effects and hand each to the handler of its kind; returns what became of them.

    This is an edge: the claim is committed before the first handler is called, each outcome after its handler
    returned. A handler may be called again for the same effect when a process died or outlived its lease in between,
    so it must carry a key by which the other side, or our own rows, know a repetition.
    """
    with transaction(engine) as session:
        claims = claim(session, kinds=list(handlers), now=clock(), lease=lease, limit=limit)
    outcomes = {"done": 0, "later": 0, "failed": 0}
    for claimed in claims:
        outcomes[_carry(engine, handlers[claimed.kind], claimed, clock)] += 1
    return Carried(**outcomes)


def _carry(engine: Engine, handler: Handler, claimed: Claim, clock: Callable[[], datetime]) -> str:
    try:
        if claimed.attempts > MAX_ATTEMPTS:
            raise GiveUp("every process that tried has died of it")
        answer = handler(claimed)
    except Exception as error:
        _LOG.warning("effect %s (%s) failed: %s", claimed.id, claimed.kind, error)
        with transaction(engine) as session:
            failed(session, claimed, error, now=clock())
        return "failed"
    with transaction(engine) as session:
        if answer is None:
            done(session, claimed, now=clock())
            return "done"
        later(session, claimed, due_at=answer.due_at)
        return "later"
