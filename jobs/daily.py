"""What is done once a day: at its hour in the program's time zone, or as soon after it as a worker is there."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import redis
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from distribution.adapters.queue import LONG_QUEUE, wake
from distribution.commission.periods.close import close_periods
from distribution.db import transaction
from distribution.proof import prove
from distribution.proof.keep import write
from distribution.proof.verified import last_whole_at
from distribution.runs.due import is_due
from distribution.runs.record import runs
from distribution.sealing.horizon import StillWriting
from distribution.sealing.seal import seal
from distribution.settings import program
from distribution.settlement.calendar import SETTLED_AT, next_settlement_at
from distribution.settlement.settle_due import settle_due
from jobs.catalogue import is_missing
from jobs.resources import Resources
from jobs.tracked import tracked

ACTOR = "job:daily"
# Six nights and some hours: the seventh night proves everything, also when a night begins a little earlier.
WHOLE_EVERY = timedelta(days=6, hours=12)
log = logging.getLogger("jobs")


@dataclass(frozen=True, slots=True)
class Daily:
    """A job with its hour."""

    name: str
    job: str
    at: time
    longest: timedelta


DAILY = (
    Daily("audit_orders", "jobs.reconciliation.audit_orders", time(1, 0), timedelta(hours=12)),
    Daily("read_catalogue", "jobs.catalogue.read_catalogue", time(1, 30), timedelta(hours=2)),
    Daily("audit_vouchers", "jobs.vouchers.audit_vouchers", time(1, 45), timedelta(hours=1)),
    Daily("classify_products", "jobs.stages.classify_products", time(2, 0), timedelta(hours=2)),
    Daily("settle_daily", "jobs.daily.settle_daily", SETTLED_AT, timedelta(hours=2)),
    Daily("verify_nightly", "jobs.daily.verify_nightly", time(4, 0), timedelta(hours=6)),
    Daily("tell_released", "jobs.notices.tell_released_commission", time(8, 0), timedelta(hours=1)),
    Daily("clean_up", "jobs.cleaning.clean_up", time(5, 0), timedelta(hours=1)),
)

# Millions of rows take longer than any page may.
_PATIENCE = text("SET LOCAL statement_timeout = '2h'; SET LOCAL idle_in_transaction_session_timeout = '2h'")


@tracked("wake_daily")
def wake_daily(given: Resources) -> dict[str, Any] | None:
    """Enqueue what is due today and has not ended well yet."""
    with redis.Redis.from_url(given.settings.redis_url) as connection:
        woken = wake_due(
            given.engine,
            lambda daily: wake(
                connection,
                daily.job,
                queue=LONG_QUEUE,
                longest=daily.longest,
                failure_kept=timedelta(days=30),
            ),
            now=datetime.now(UTC),
            has_saleor=given.has_saleor,
        )
    return {"woken": woken} if woken else None


def wake_due(
    engine: Engine, enqueue: Callable[[Daily], bool], *, now: datetime, has_saleor: bool = False
) -> list[str]:
    """Enqueue each daily job that has still to run; returns their names.

    A Saleor that is new here need not wait for the night to have its catalogue read.
    """
    with transaction(engine) as session:
        zone = ZoneInfo(program.read(session).time_zone)
        known = runs(session)
        early = {"read_catalogue"} if has_saleor and is_missing(session, now=now) else set[str]()
        hourly = known.get("settle_daily")
        if program.read(session).settlement.every == "hour" and hourly and hourly.good_at:
            early |= {"settle_daily"} if settlement_is_due(session, now=now) else set()
    woken = []
    for daily in DAILY:
        run = known.get(daily.name)
        due = is_due(
            daily.at,
            zone=zone,
            good_at=run.good_at if run else None,
            started_at=run.started_at if run else None,
            now=now,
        )
        if (due or daily.name in early) and enqueue(daily):
            woken.append(daily.name)
    return woken


@tracked("settle_daily")
def settle_daily(given: Resources) -> dict[str, Any] | None:
    """Decide the periods that are over, then settle what has matured if the calendar says so."""
    now = datetime.now(UTC)
    with transaction(given.engine) as session:
        is_due = settlement_is_due(session, now=now)
    if is_due:
        return settle_by_calendar(given.engine, now=now)
    return {"adjusted": close_periods(given.engine, now=now).lines, "runs": 0, "statements": 0}


def settle_by_calendar(engine: Engine, *, now: datetime) -> dict[str, Any]:
    """Settle, and note for the calendar that it was done."""
    settled = settle_due(engine, actor=ACTOR, now=now)
    return {
        "adjusted": settled.adjusted,
        "runs": len(settled.runs),
        "statements": settled.statements,
        "settled_at": now.isoformat(),
    }


def settlement_is_due(session: Session, *, now: datetime) -> bool:
    """Whether a settlement was due since the last one: after an outage once, however many were missed."""
    settings = program.read(session)
    if not settings.settlement.automatic:
        return False
    known = runs(session).get("settle_daily")
    last = known.facts.get("settled_at") if known else None
    if last is None:
        return True
    zone = ZoneInfo(settings.time_zone)
    return next_settlement_at(settings.settlement, datetime.fromisoformat(last), zone) <= now


@tracked("verify_nightly")
def verify_nightly(given: Resources) -> dict[str, Any] | None:
    """Prove everything once a week, and on the other nights what came since; keep what was found."""
    now = datetime.now(UTC)
    with transaction(given.engine) as session:
        whole_at = last_whole_at(session)
    try:
        with transaction(given.engine) as session:
            seal(session, now=now)
    except StillWriting:
        log.info("what a long transaction still writes is sealed the next time")
    return keep_proof(given.engine, since_seal=whole_at is not None and now - whole_at < WHOLE_EVERY, now=now)


@tracked("verify_whole")
def verify_whole(given: Resources) -> dict[str, Any] | None:
    """Prove everything from its beginning: somebody asked for it."""
    return keep_proof(given.engine, now=datetime.now(UTC))


def keep_proof(engine: Engine, *, since_seal: bool = False, now: datetime) -> dict[str, Any]:
    """Prove in one transaction, which only reads, and write the result in another."""
    with transaction(engine) as session:
        session.execute(_PATIENCE)
        proof = prove(session, since_seal=since_seal)
    with transaction(engine) as session:
        write(session, proof, now=now)
    return {"differences": len(proof.differences), "since_seal": proof.since_seal}
