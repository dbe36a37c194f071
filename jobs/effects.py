"""Carries out what the outbox asks for: mails and payouts."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Engine

from distribution.adapters.mail import mail_handler, mailer
from distribution.adapters.payout import payout_adapters
from distribution.outbox import Carried, carry_out
from distribution.outbox.carry_out import Handler
from distribution.privacy.encryption import Cipher
from distribution.settings.environment import Settings, Variable
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
    known: dict[str, Handler] = {
        PAYOUT: payout_handler(engine, providers=payout_adapters(), clock=_clock, cipher=cipher)
    }
    if Variable.MAIL_URL in settings:
        known["mail"] = mail_handler(mailer(settings.mail_url))
    return known


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
