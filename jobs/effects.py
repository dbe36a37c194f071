"""Carries out what the outbox asks for: payouts, and telling of settlements."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from distribution.adapters.payout import payout_adapters
from distribution.announcement.audience import tell_announcement, untell_announcement
from distribution.announcement.write import TELL, UNTELL
from distribution.db import transaction
from distribution.outbox import Carried, Claim, carry_out
from distribution.outbox.carry_out import Handler
from distribution.privacy.encryption import Cipher
from distribution.settings.environment import Settings, Variable
from distribution.settlement.telling import TELL_RUN, tell_run
from distribution.withdrawal.approve import PAYOUT
from distribution.withdrawal.send import payout_handler
from jobs.resources import Resources
from jobs.tracked import tracked

LONGEST_SECONDS = 25.0


def _clock() -> datetime:
    return datetime.now(UTC)


@tracked("carry_out_effects")
def carry_out_effects(given: Resources) -> dict[str, Any] | None:
    """Carry out what is due."""
    return asdict(work(given.engine, handlers(given.engine, given.settings)))


def handlers(engine: Engine, settings: Settings) -> dict[str, Handler]:
    """What to do with each kind of effect; a kind that cannot be carried out here waits until it can."""
    cipher = Cipher(settings.encryption_keys) if Variable.ENCRYPTION_KEYS in settings else None
    return {
        PAYOUT: payout_handler(engine, providers=payout_adapters(), clock=_clock, cipher=cipher),
        TELL_RUN: _telling(engine, "run_id", lambda session, run_id: tell_run(session, run_id)),
        TELL: _telling(
            engine, "announcement_id", lambda session, which: tell_announcement(session, which, now=_clock())
        ),
        UNTELL: _telling(engine, "announcement_id", untell_announcement),
    }


def work(
    engine: Engine, known: Mapping[str, Handler], *, longest_seconds: float = LONGEST_SECONDS
) -> Carried:
    """Carry out batch after batch until nothing is due or the time is over."""
    total, deadline = Carried(), time.monotonic() + longest_seconds
    while time.monotonic() < deadline:
        batch = carry_out(engine, known, clock=_clock)
        total = Carried(
            done=total.done + batch.done, later=total.later + batch.later, failed=total.failed + batch.failed
        )
        if batch.total == 0:
            break
    return total


def _telling(engine: Engine, named: str, verb: Callable[[Session, UUID], object]) -> Handler:
    """A handler that tells many people at once: of the statements of a closed run, of an announcement."""

    def handle(claimed: Claim) -> None:
        with transaction(engine) as session:
            verb(session, UUID(claimed.payload[named]))

    return handle
