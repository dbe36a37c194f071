"""The outbox: asked for once, carried out by whoever holds the lease, given up where a person sees it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from distribution.db import transaction
from distribution.errors import NotFound
from distribution.outbox import (
    Carried,
    Claim,
    GiveUp,
    Later,
    ask,
    carry_out,
    claim,
    forget_done,
    given_up,
    retry_effect,
)
from distribution.outbox.outcome import FIRST_DELAY, LONGEST_DELAY, MAX_ATTEMPTS, delay, done, failed, later
from distribution.outbox.tables import Effect
from tests.money import NOW

LEASE = timedelta(minutes=5)
MINUTE = timedelta(minutes=1)


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


def asked(session: Session, key: str = "one", kind: str = "mail", **payload: object) -> None:
    ask(session, kind=kind, dedupe_key=key, payload=payload, due_at=NOW)
    session.commit()


def claimed(session: Session, now: datetime = NOW, limit: int = 10) -> list[Claim]:
    found = claim(session, kinds=["mail"], now=now, lease=LEASE, limit=limit)
    session.commit()
    return found


def test_the_same_effect_is_asked_for_once(session: Session) -> None:
    assert ask(session, kind="mail", dedupe_key="one", payload={"to": "ada"})
    assert not ask(session, kind="mail", dedupe_key="one", payload={"to": "bob"})
    session.commit()
    (only,) = claimed(session, now=NOW + timedelta(days=3650))
    assert (only.payload, only.attempts) == ({"to": "ada"}, 1)


def test_an_effect_of_an_act_that_is_undone_never_was(session: Session) -> None:
    ask(session, kind="mail", dedupe_key="one", payload={}, due_at=NOW)
    session.rollback()
    assert claimed(session) == []


def test_a_claim_is_a_lease(session: Session) -> None:
    asked(session)
    assert len(claimed(session)) == 1
    assert claimed(session, NOW + LEASE - MINUTE) == []
    (again,) = claimed(session, NOW + LEASE)
    assert again.attempts == 2


def test_many_workers_share_a_queue(engine: Engine, session: Session) -> None:
    for number in range(60):
        ask(session, kind="mail", dedupe_key=str(number), payload={}, due_at=NOW)
    session.commit()

    def work(_: int) -> list[int]:
        with transaction(engine) as own:
            return [each.id for each in claim(own, kinds=["mail"], now=NOW, lease=LEASE, limit=7)]

    with ThreadPoolExecutor(8) as pool:
        ids = [each for answer in pool.map(work, range(12)) for each in answer]
    assert len(ids) == len(set(ids)) == 60


def test_carried_out_postponed_and_failed(engine: Engine, session: Session) -> None:
    clock, calls = Clock(), []
    for key in ("fine", "slow", "bad", "hopeless"):
        asked(session, key)
    asked(session, "other", kind="payout")

    def handle(effect: Claim) -> Later | None:
        calls.append((effect.dedupe_key, effect.attempts))
        match effect.dedupe_key:
            case "slow":
                return Later(clock.now + MINUTE) if clock.now < NOW + 5 * MINUTE else None
            case "bad":
                raise OSError("server down")
            case "hopeless":
                raise GiveUp("no such address")
        return None

    def carry() -> Carried:
        return carry_out(engine, {"mail": handle}, clock=clock)

    assert carry() == Carried(done=1, later=1, failed=2)
    assert carry().total == 0
    clock.now = NOW + 6 * MINUTE
    assert carry() == Carried(done=1, later=0, failed=1)
    assert calls == [("fine", 1), ("slow", 1), ("bad", 1), ("hopeless", 1), ("slow", 1), ("bad", 2)]
    session.commit()
    (hopeless,) = given_up(session)
    assert hopeless.last_error == "GiveUp: no such address"


def test_failures_wait_longer_each_time_and_end_where_a_person_sees_them(
    engine: Engine, session: Session
) -> None:
    clock, waits = Clock(), []
    asked(session)

    def refuse(_: Claim) -> None:
        raise OSError("down")

    while not given_up(session):
        session.commit()
        assert carry_out(engine, {"mail": refuse}, clock=clock).failed == 1
        effect = session.query(Effect).one()
        session.refresh(effect)
        waits.append(effect.due_at - clock.now)
        clock.now = effect.due_at
    assert len(waits) == MAX_ATTEMPTS
    assert waits[:3] == [FIRST_DELAY, 2 * FIRST_DELAY, 4 * FIRST_DELAY]
    assert max(waits) <= LONGEST_DELAY
    session.commit()
    assert carry_out(engine, {"mail": refuse}, clock=clock).total == 0
    effect = retry_effect(session, effect.id, actor="merchant:one", now=clock.now)
    session.commit()
    assert given_up(session) == []
    assert carry_out(engine, {"mail": lambda _: None}, clock=clock).done == 1


def test_an_effect_that_kills_its_workers_is_given_up(engine: Engine, session: Session) -> None:
    clock = Clock()
    asked(session)
    for _ in range(MAX_ATTEMPTS):
        assert claimed(session, clock.now)
        clock.now += LEASE
    assert carry_out(engine, {"mail": lambda _: None}, clock=clock).failed == 1
    assert len(given_up(session)) == 1


def test_delays_are_bounded() -> None:
    assert delay(1) == FIRST_DELAY
    assert delay(100) == LONGEST_DELAY


def test_retrying_what_was_not_given_up_changes_nothing(session: Session) -> None:
    asked(session)
    (first,) = claimed(session)
    assert retry_effect(session, first.id, actor="merchant:one", now=NOW).attempts == 1
    with pytest.raises(NotFound):
        retry_effect(session, first.id + 1, actor="merchant:one", now=NOW)


def test_a_worker_that_outlived_its_lease_decides_nothing_but_done(session: Session) -> None:
    asked(session)
    (frozen,) = claimed(session)
    (next_one,) = claimed(session, NOW + LEASE)
    failed(session, frozen, OSError("late"), now=NOW + LEASE)
    later(session, frozen, due_at=NOW)
    session.commit()
    assert claimed(session, NOW + LEASE + MINUTE) == []
    done(session, frozen, now=NOW + LEASE)
    failed(session, next_one, OSError("too late"), now=NOW + LEASE)
    session.commit()
    assert claimed(session, NOW + timedelta(days=1)) == []


def test_what_is_long_done_is_forgotten(session: Session) -> None:
    for key in ("old", "new", "waiting"):
        asked(session, key)
    old, new, _ = claimed(session)
    done(session, old, now=NOW)
    done(session, new, now=NOW + timedelta(days=30))
    assert forget_done(session, before=NOW + timedelta(days=1)) == 1
    assert session.query(Effect).count() == 2
