"""What the doctor looks at besides the settings: each check is one line, and raises nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import redis
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from distribution.adapters.mail import mailer
from distribution.adapters.payout import payout_problems
from distribution.adapters.queue import beats
from distribution.adapters.saleor.client import SaleorClient
from distribution.db import clock_at, transaction
from distribution.db.migrate import configuration
from distribution.errors import DomainError
from distribution.runs.record import runs
from distribution.settings.environment import Settings

LONGEST_WAIT = timedelta(minutes=2)
_REDIS_SECONDS = 2.0
_SALEOR_SECONDS = 3.0
_OLDEST_SALEOR = (3, 22)

_HEAD = text("SELECT version_num FROM distribution.alembic_version")
_INBOX = text(
    """
    SELECT count(*), min(due_at), (array_agg(last_error ORDER BY id DESC) FILTER (WHERE last_error IS NOT NULL))[1]
    FROM distribution.inbox WHERE due_at <= :late OR last_error IS NOT NULL
    """
)
_BAD = text("SELECT count(*), max(error) FROM distribution.bad_snapshots WHERE resolved_at IS NULL")
_OUTBOX = text(
    "SELECT count(*), max(last_error) FROM distribution.outbox WHERE failed_at IS NOT NULL AND done_at IS NULL"
)
_PROOF = text(
    "SELECT at, jsonb_array_length(differences) FROM distribution.verifications ORDER BY id DESC LIMIT 1"
)
_SHOP = "{ shop { version } app { name isActive } orders(first: 1) { edges { node { id } } } }"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the doctor: what was looked at, whether it is well, and what was seen."""

    subject: str
    fine: bool
    seen: str


def check_database(engine: Engine, url: str) -> Finding:
    """It answers and has the newest schema."""
    head = ScriptDirectory.from_config(configuration(url)).get_current_head()
    try:
        with transaction(engine) as session:
            found = session.execute(_HEAD).scalar_one_or_none()
    except SQLAlchemyError as error:
        return Finding("database", False, _line(getattr(error, "orig", None) or error))
    if found != head:
        return Finding(
            "database", False, f"has schema {found}, this program needs {head}: distribution migrate"
        )
    return Finding("database", True, f"has the newest schema, {head}")


def check_queue(redis_url: str, *, now: datetime) -> Iterator[Finding]:
    """It answers, and a worker and a scheduler were heard of lately."""
    try:
        with redis.Redis.from_url(
            redis_url, socket_timeout=_REDIS_SECONDS, socket_connect_timeout=_REDIS_SECONDS
        ) as connection:
            found = beats(connection, now=now)
    except redis.RedisError as error:
        yield Finding("queue", False, _line(error))
        return
    yield Finding("queue", True, f"answers; {found.waiting} jobs wait, {found.failed} failed lately")
    yield Finding("worker", found.workers > 0, f"{found.workers} alive")
    yield Finding("scheduler", found.schedulers > 0, f"{found.schedulers} alive")


def check_saleor(api_url: str, token: str) -> Finding:
    """It answers, takes our token, lets us read orders, and is new enough."""
    try:
        with SaleorClient(
            api_url,
            token,
            timeout_seconds=_SALEOR_SECONDS,
            sleep=lambda _seconds: None,
        ) as client:
            answer = client.execute(_SHOP, {})
    except DomainError as error:
        return Finding("saleor", False, error.message)
    version = str((answer.data.get("shop") or {}).get("version"))
    if answer.errors:
        return Finding("saleor", False, _line(answer.errors[0].get("message")))
    app = answer.data.get("app")
    if not app or not app.get("isActive"):
        return Finding("saleor", False, "the token is not that of an active app")
    if _numbers(version) < _OLDEST_SALEOR:
        # Reconciliation then misses what only the nightly audit finds; everything else works.
        return Finding(
            "saleor", True, f"{version} answers {app['name']}; from 3.22 on reconciliation misses nothing"
        )
    return Finding("saleor", True, f"{version} answers {app['name']}, which may read orders")


def check_payouts(environ: Mapping[str, str]) -> Iterator[Finding]:
    """Each payout method that is set up, in part or whole."""
    for method, problems in payout_problems(environ):
        if not problems:
            yield Finding(f"payouts by {method}", True, "can be made")
        for problem in problems:
            yield Finding(f"payouts by {method}", False, _line(problem))


def check_mail(settings: Settings) -> Finding:
    """Mail could be sent now."""
    try:
        mailer(settings.mail_url).check()
    except (OSError, DomainError, ValueError) as error:
        return Finding("mail", False, _line(error))
    return Finding("mail", True, "can be sent")


def check_work(engine: Engine) -> Iterator[Finding]:
    """What the jobs are at: signals that wait, orders that could not be read, effects given up, failures, proof."""
    checks: tuple[Callable[[Session, datetime], Finding], ...] = (
        _inbox,
        _bad,
        _effects,
        _jobs,
        _proof,
        _plugin,
    )
    for check in checks:
        try:
            with transaction(engine) as session:
                yield check(session, clock_at(session))
        except SQLAlchemyError as error:
            yield Finding(check.__name__.strip("_"), False, _line(getattr(error, "orig", None) or error))


def _inbox(session: Session, now: datetime) -> Finding:
    count, oldest, error = session.execute(_INBOX, {"late": now - LONGEST_WAIT}).one()
    if not count:
        return Finding("inbox", True, "nothing waits")
    why = f": {error}" if error else ""
    return Finding(
        "inbox", False, f"{count} signals wait, the oldest was due {_ago(oldest, now)}{_line(why)}"
    )


def _bad(session: Session, _now: datetime) -> Finding:
    count, error = session.execute(_BAD).one()
    return Finding(
        "orders", not count, f"{count} could not be read: {_line(error)}" if count else "all could be read"
    )


def _effects(session: Session, _now: datetime) -> Finding:
    count, error = session.execute(_OUTBOX).one()
    return Finding(
        "outbox",
        not count,
        f"{count} effects were given up: {_line(error)}" if count else "nothing was given up",
    )


def _jobs(session: Session, _now: datetime) -> Finding:
    failing = [run for run in runs(session).values() if run.failures]
    if not failing:
        return Finding("jobs", True, "none fails")
    worst = max(failing, key=lambda run: run.failures)
    return Finding("jobs", False, f"{worst.name} failed {worst.failures} times: {_line(worst.last_error)}")


def _proof(session: Session, now: datetime) -> Finding:
    found = session.execute(_PROOF).one_or_none()
    if found is None:
        return Finding("proof", True, "none was made yet")
    at, differences = found
    return Finding("proof", not differences, f"{differences} differences {_ago(at, now)}")


def _plugin(session: Session, now: datetime) -> Finding:
    run = runs(session).get("drain_inbox")
    last = run.facts.get("last_signal_at") if run else None
    if last is None:
        return Finding("plugin", True, "no signal was received yet")
    return Finding("plugin", True, f"last signal {_ago(datetime.fromisoformat(last), now)}")


def _ago(moment: datetime, now: datetime) -> str:
    seconds = max(0, int((now - moment).total_seconds()))
    for size, unit in ((86_400, "days"), (3_600, "hours"), (60, "minutes")):
        if seconds >= 2 * size:
            return f"{seconds // size} {unit} ago"
    return f"{seconds} seconds ago"


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split(".")[:2] if part.isdigit())


def _line(said: object) -> str:
    return " ".join(str(said).split())[:200]
