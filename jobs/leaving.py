"""Makes copies of people's data, and carries closings on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any, TypeVar

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from distribution.db import transaction
from distribution.leaving import close, export, rest
from distribution.privacy.encryption import Cipher
from distribution.settings.environment import Variable
from jobs.resources import Resources
from jobs.tracked import tracked

Answer = TypeVar("Answer")
Thing = TypeVar("Thing")


@tracked("make_exports")
def make_exports(given: Resources) -> dict[str, Any] | None:
    """Make every copy that waits."""
    if Variable.ENCRYPTION_KEYS not in given.settings:
        return None
    return make_waiting(given.engine, Cipher(given.settings.encryption_keys))


@tracked("close_accounts")
def close_accounts(given: Resources) -> dict[str, Any] | None:
    """Look at every closing whose waiting days are over, and at what has come to people since they were erased."""
    if Variable.ENCRYPTION_KEYS not in given.settings:
        return None
    return go_on_with_due(given.engine, Cipher(given.settings.encryption_keys), now=datetime.now(UTC))


def make_waiting(engine: Engine, cipher: Cipher) -> dict[str, Any] | None:
    """Each in a transaction of its own: one that fails is raised once all others are made."""
    with transaction(engine) as session:
        waiting = export.waiting(session)
    each = _Each(engine)
    each.carry_out(
        waiting, lambda session, id_: export.make(session, id_, cipher=cipher, now=datetime.now(UTC))
    )
    each.raise_refused()
    return {"made": len(waiting)} if waiting else None


def go_on_with_due(engine: Engine, cipher: Cipher, *, now: datetime) -> dict[str, Any] | None:
    """Each in a transaction of its own: one that fails is raised once all others were looked at, rests too."""
    each = _Each(engine)
    with transaction(engine) as session:
        people = close.due(session, now=now)
    ended = each.carry_out(people, lambda session, id_: close.go_on(session, id_, cipher=cipher, now=now))
    with transaction(engine) as session:
        rests = rest.rests(session)
    left = each.carry_out(rests, lambda session, one: rest.leave(session, one, now=now))
    each.raise_refused()
    if not people and not left:
        return None
    return {"looked_at": len(people), "ended": sum(ended), **({"left_behind": len(left)} if left else {})}


class _Each:
    """Acts one by one, and remembers what was refused until all were tried."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._refused: list[Exception] = []

    def carry_out(self, things: Sequence[Thing], act: Callable[[Session, Thing], Answer]) -> list[Answer]:
        """Each thing in a transaction of its own; the answers of those that went."""
        answers = []
        for thing in things:
            try:
                with transaction(self._engine) as session:
                    answers.append(act(session, thing))
            except Exception as error:
                self._refused.append(error)
        return answers

    def raise_refused(self) -> None:
        """Raise the first refusal, if there was one."""
        if self._refused:
            raise self._refused[0]
