"""Signals that say all there is by themselves: a sign-up in the shop, settings saved in Saleor's dashboard."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from distribution.commission.change_program import change_program
from distribution.db import clock_at, transaction
from distribution.errors import DomainError, InvalidInput
from distribution.orders.arrive import arrive
from distribution.orders.inbox import ClaimedSignal, complete, put_back

ACTOR = "job:saleor_plugin"
# What the shop's plugin may say of the program; everything else is the console's alone.
_FOLLOWED = {
    "metadata": {"referral_code", "referral_click"},
    "attribution": {"touch", "voucher_first", "window_days", "self_purchase"},
    "vouchers": {"prefix"},
}


def take_news(engine: Engine, signals: Iterable[ClaimedSignal]) -> int:
    """Act on each in a transaction of its own; returns how many were put back, with why."""
    refused = 0
    for signal in signals:
        try:
            with transaction(engine) as session:
                NEWS[signal.kind](session, signal)
                complete(session, [signal.id])
        except DomainError as error:
            refused += 1
            with transaction(engine) as session:
                put_back(session, [signal.id], error=error.message, now=clock_at(session))
    return refused


def _sign_up(session: Session, signal: ClaimedSignal) -> None:
    facts = signal.referral or {}
    email = _text(facts, "email")
    if email is None:
        raise InvalidInput("the signal names no e-mail address", field="email")
    arrive(
        session,
        occasion="sign_up",
        email=email,
        code=_text(facts, "code"),
        click_id=_text(facts, "click"),
        at=signal.received_at,
        actor=ACTOR,
        now=clock_at(session),
    )


def _settings(session: Session, signal: ClaimedSignal) -> None:
    document = (signal.referral or {}).get("document")
    if not isinstance(document, Mapping):
        raise InvalidInput("the signal holds no settings", field="document")
    changes = {
        part: {key: value for key, value in values.items() if key in _FOLLOWED[part]}
        for part, values in document.items()
        if part in _FOLLOWED and isinstance(values, Mapping)
    }
    change_program(session, changes, actor=ACTOR, now=clock_at(session))


def _text(facts: Mapping[str, Any], name: str) -> str | None:
    value = facts.get(name)
    return value if isinstance(value, str) and value else None


NEWS: Mapping[str, Callable[[Session, ClaimedSignal], None]] = {"customer": _sign_up, "settings": _settings}
