"""Jobs are noted, alone among their kind, and made up for when their hour was missed."""

from __future__ import annotations

import os
import signal
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import redis
from sqlalchemy import Engine, select, text
from sqlalchemy.orm import Session

from distribution import outbox
from distribution.audit.tables import Verification
from distribution.db import create_engine
from distribution.notice import tell
from distribution.notice.kinds import EMAIL
from distribution.notice.plan import plan
from distribution.orders.bad import keep_bad
from distribution.orders.catalogue import KINDS, finish
from distribution.orders.offers import finish_channels
from distribution.orders.tables import BadSnapshot
from distribution.privacy.hashing import email_hash, shopper_key
from distribution.promotion.click_details import blank_details
from distribution.promotion.clicks import Visit, record_clicks
from distribution.runs.alone import alone
from distribution.runs.record import runs
from distribution.settings import program
from distribution.settings.environment import Settings, Variable
from jobs import clicks
from jobs.cleaning import clean
from jobs.daily import DAILY, Daily, keep_proof, settle_daily, wake_due
from jobs.effects import work
from jobs.notices import mail_handlers
from jobs.resources import resources
from jobs.tracked import run_tracked
from portal.clicklog import ClickLog, packed
from tests.factories import ACTOR, a_code, a_distributor

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def test_a_failure_is_noted_with_its_cause_and_a_good_run_ends_it(engine: Engine, session: Session) -> None:
    def fail() -> None:
        raise ValueError("the provider\nis \x00 away")

    for _ in range(2):
        with pytest.raises(ValueError, match="away"):
            run_tracked(engine, "sample", fail)
    run = runs(session)["sample"]
    assert (run.failures, run.last_error, run.good_at) == (2, "ValueError: the provider is  away", None)
    session.rollback()

    run_tracked(engine, "sample", lambda: {"orders": 3})

    run = runs(session)["sample"]
    session.refresh(run)
    assert (run.failures, run.facts) == (0, {"orders": 3})
    assert run.good_at is not None


def test_a_job_runs_once_at_a_time(engine: Engine) -> None:
    with alone(engine, "sample") as first:
        assert first
        assert run_tracked(engine, "sample", lambda: {"ran": True}) is None
        assert run_tracked(engine, "another", lambda: {"ran": True}) == {"ran": True}

    assert run_tracked(engine, "sample", lambda: {"ran": True}) == {"ran": True}


def test_a_job_that_is_killed_frees_its_place_at_once(engine: Engine, database_url: str) -> None:
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        with alone(create_engine(database_url), "sample"):
            os.write(writer, b"x")
            time.sleep(60)
    os.read(reader, 1)
    with alone(engine, "sample") as ours:
        assert not ours
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    deadline = time.monotonic() + 5
    while True:
        with alone(engine, "sample") as ours:
            if ours:
                break
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_what_is_due_today_is_woken_until_it_ended_well(engine: Engine, session: Session) -> None:
    woken: list[str] = []

    def enqueue(daily: Daily) -> bool:
        woken.append(daily.name)
        return True

    assert wake_due(engine, enqueue, now=NOON) == [daily.name for daily in DAILY] == woken
    session.execute(
        text(
            "INSERT INTO distribution.job_runs (name, started_at, good_at) VALUES "
            "('classify_products', :late, :late), ('settle_daily', :late, :late), "
            "('read_catalogue', :late, :late), ('audit_vouchers', :late, :late), ('tell_released', :late, :late), "
            "('audit_orders', :just_now, NULL), ('clean_up', :early, :early)"
        ),
        {
            "late": NOON - timedelta(hours=1),
            "just_now": NOON - timedelta(minutes=1),
            "early": NOON - timedelta(days=1),
        },
    )
    session.commit()

    assert wake_due(engine, enqueue, now=NOON) == ["verify_nightly", "clean_up"]


def test_a_new_shops_catalogue_is_not_left_until_the_night(engine: Engine, session: Session) -> None:
    def woken() -> list[str]:
        return wake_due(engine, lambda _: True, now=NOON, has_saleor=True)

    session.execute(
        text(
            "INSERT INTO distribution.job_runs (name, started_at, good_at) "
            "SELECT name, :at, :at FROM unnest(CAST(:names AS text[])) AS name"
        ),
        {"at": NOON, "names": [daily.name for daily in DAILY]},
    )
    session.commit()
    assert woken() == ["read_catalogue"]

    session.execute(text("UPDATE distribution.job_runs SET failures = 1 WHERE name = 'read_catalogue'"))
    session.commit()
    assert woken() == []

    for kind in KINDS:
        finish(session, kind, began_at=NOON)
    session.execute(text("UPDATE distribution.job_runs SET failures = 0"))
    session.commit()
    assert woken() == ["read_catalogue"]

    finish_channels(session, [], seen=0, now=NOON)
    session.commit()
    assert woken() == []


def test_the_hour_follows_the_programs_time_zone(engine: Engine, session: Session) -> None:
    session.execute(
        text(
            "INSERT INTO distribution.job_runs (name, started_at, good_at) "
            "SELECT name, :at, :at FROM unnest(CAST(:names AS text[])) AS name"
        ),
        {"at": NOON, "names": [daily.name for daily in DAILY]},
    )
    program.change(session, {"time_zone": "Asia/Shanghai"}, actor=ACTOR, now=NOON)
    session.commit()

    assert wake_due(engine, lambda _: True, now=NOON + timedelta(hours=4, minutes=59)) == []
    assert wake_due(engine, lambda _: True, now=NOON + timedelta(hours=7)) == [
        "audit_orders",
        "read_catalogue",
        "audit_vouchers",
        "classify_products",
        "settle_daily",
    ]


def test_a_merchant_who_settles_by_hand_is_not_preempted(
    engine: Engine, session: Session, database_url: str, redis_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(Variable.DATABASE_URL, database_url)
    monkeypatch.setenv(Variable.REDIS_URL, redis_url)
    assert "settled_at" in (settle_daily() or {})

    program.change(session, {"settlement": {"automatic": False}}, actor=ACTOR, now=NOON)
    session.commit()

    assert settle_daily() == {"adjusted": 0, "runs": 0, "statements": 0}
    resources().engine.dispose()


def test_the_nightly_proof_is_kept(engine: Engine, session: Session) -> None:
    assert keep_proof(engine, now=NOON) == {"differences": 0, "since_seal": None}

    [kept] = session.query(Verification).all()
    assert kept.differences == []
    assert kept.checked["commission_lines"] == 0


def test_effects_are_carried_out_and_a_kind_nobody_serves_waits(
    engine: Engine, session: Session, tmp_path: Path
) -> None:
    ada = a_distributor(session, email="ada@example.com")
    tell(session, ada.id, "application_approved", key="welcome", now=datetime.now(UTC))
    plan(session, {EMAIL: lambda _session, people: set(people)}, now=datetime.now(UTC))
    outbox.ask(session, kind="telegram", dedupe_key="t", payload={})
    session.commit()
    settings = Settings(
        {
            Variable.MAIL_URL: f"file://{tmp_path}",
            Variable.PORTAL_URL: "https://partners.example.com",
            Variable.SECRET_KEY: "a secret that only tests have, long enough",
        }
    )

    assert work(engine, mail_handlers(engine, Settings({}))).total == 0
    assert work(engine, mail_handlers(engine, settings)).done == 1

    waiting = session.scalars(text("SELECT kind FROM distribution.outbox WHERE done_at IS NULL"))
    assert list(waiting) == ["telegram"]


def test_what_has_done_its_work_is_forgotten(session: Session) -> None:
    session.execute(
        text(
            "INSERT INTO distribution.outbox (kind, dedupe_key, payload, done_at) VALUES "
            "('mail', 'old', '{}', now() - interval '31 days'), ('mail', 'new', '{}', now() - interval '1 day')"
        )
    )
    session.execute(
        text(
            "INSERT INTO distribution.idempotent_answers (token_id, key, request_digest, created_at) VALUES "
            "('t', 'old', '', now() - interval '31 days'), ('t', 'new', '', now())"
        )
    )

    clean(session, now=datetime.now(UTC))

    assert list(session.scalars(text("SELECT dedupe_key FROM distribution.outbox"))) == ["new"]
    assert list(session.scalars(text("SELECT key FROM distribution.idempotent_answers"))) == ["new"]


def test_what_nobody_could_read_is_forgotten_and_what_it_was_about_never_kept(session: Session) -> None:
    now = datetime.now(UTC)
    for name, days in (("old", 91), ("new", 89)):
        keep_bad(
            session,
            source="saleor",
            order_id=name,
            answer={"id": name, "userEmail": "ada@example.com", "note": "for Ada"},
            error="ada@example.com is no order",
            observed_at=now - timedelta(days=days),
        )

    clean(session, now=now)

    [kept] = session.scalars(select(BadSnapshot))
    stands_for_her = f"hash:{email_hash(shopper_key(session), 'ada@example.com').hex()}"
    assert kept.answer == {"id": "new", "userEmail": stands_for_her, "note": "(text of 7)"}
    assert kept.error == f"{stands_for_her} is no order"


def test_old_clicks_lose_what_tells_of_a_shopper_and_are_counted_on(
    engine: Engine, session: Session, seller_code: str
) -> None:
    now = datetime.now(UTC)
    visits = [
        Visit(f"c{days}", seller_code, now - timedelta(days=days), "https://shop/", b"x" * 16, "Firefox")
        for days in (100, 92, 91, 89)
    ]
    record_clicks(session, visits)
    session.commit()

    assert blank_details(session, before=now - timedelta(days=90), limit=2) == 2
    assert blank_details(session, before=now - timedelta(days=90), limit=2) == 1
    assert blank_details(session, before=now - timedelta(days=90), limit=2) == 0

    rows = session.execute(
        text("SELECT id, ip_hash IS NULL, user_agent, url FROM distribution.clicks ORDER BY at")
    )
    assert [tuple(row) for row in rows] == [
        ("c100", True, None, "/"),
        ("c92", True, None, "/"),
        ("c91", True, None, "/"),
        ("c89", False, "Firefox", "/"),
    ]


@pytest.fixture
def seller_code(session: Session) -> str:
    a_code(session, a_distributor(session), "ADA-1")
    session.commit()
    return "ADA-1"


def a_click(log: ClickLog, click: str, *, code: str = "ADA-1", ip_hash: str = "") -> bool:
    at = datetime.now(UTC).isoformat()
    url = "https://shop.example.com/"
    return log.record(packed(code=code, click=click, at=at, url=url, ip_hash=ip_hash, ua="Firefox"))


def recorded_clicks(session: Session) -> list[str]:
    return list(session.scalars(text("SELECT id FROM distribution.clicks ORDER BY id")))


def test_clicks_of_the_portal_are_recorded_once_whatever_happens(
    engine: Engine, session: Session, redis_url: str, seller_code: str
) -> None:
    log = ClickLog(redis_url)
    for number in range(5):
        assert a_click(log, f"c{number}", ip_hash=f"{number % 4:032x}")
    a_click(log, "nobody", code="NO-SUCH-CODE")
    with redis.Redis.from_url(redis_url) as connection:
        before = connection.xrange(clicks.STREAM)

        moved = clicks.drain(engine, connection)

        assert (moved.entries, moved.counted, moved.unreadable) == (6, 5, 0)
        assert recorded_clicks(session) == ["c0", "c1", "c2", "c3"]
        assert connection.xlen(clicks.STREAM) == 0
        # As if it had been killed after the database committed and before the stream was cleared.
        for _, fields in before:
            connection.xadd(clicks.STREAM, fields)
        clicks.drain(engine, connection)
        assert recorded_clicks(session) == ["c0", "c1", "c2", "c3"]


@pytest.mark.usefixtures("seller_code")
def test_a_click_that_cannot_be_read_holds_up_no_other(
    engine: Engine, session: Session, redis_url: str
) -> None:
    with redis.Redis.from_url(redis_url) as connection:
        connection.xadd(clicks.STREAM, {"nothing": "here"})
        connection.xadd(
            clicks.STREAM, {"code": "ADA-1", "click": "x", "at": "yesterday", "ip_hash": "", "ua": ""}
        )
        connection.xadd(
            clicks.STREAM, {"code": b"\xff\x00", "click": b"\xff", "at": NOON.isoformat(), "ua": b"\x00"}
        )
        a_click(ClickLog(redis_url), "good")

        moved = clicks.drain(engine, connection)

        assert (moved.entries, moved.unreadable) == (4, 2)
        assert recorded_clicks(session) == ["good"]
        assert connection.xlen(clicks.STREAM) == 0
        assert connection.xlen(clicks.UNREADABLE) == 2


def test_two_drains_at_once_count_each_click_once(
    engine: Engine, session: Session, redis_url: str, seller_code: str
) -> None:
    log = ClickLog(redis_url)
    for number in range(200):
        a_click(log, f"c{number:03}", code=seller_code, ip_hash=f"{number:032x}")

    def work_on_it() -> None:
        with redis.Redis.from_url(redis_url) as connection:
            clicks.drain(engine, connection)

    threads = [threading.Thread(target=work_on_it) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(recorded_clicks(session)) == 200
