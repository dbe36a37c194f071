"""What went wrong is seen, with the reason, and tried again; the proof runs at a press."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import redis
from rq import Queue
from sqlalchemy import Engine, select, text
from sqlalchemy.orm import Session

from distribution.adapters.queue import QUEUE, is_waiting
from distribution.audit.tables import Verification
from distribution.db import transaction
from distribution.orders.tables import Signal
from distribution.outbox.tables import Effect
from distribution.runs.record import failed, started
from portal.console.views import verification
from tests.functional.console_client import ConsoleClient, last_act, merchant_actor

Console = Callable[[str], ConsoleClient]


def _ids(page: str) -> list[str]:
    return re.findall(r'name="ids" value="(\d+)"', page)


def test_a_signal_that_failed_is_tried_again(console: Console, lived_in_engine: Engine) -> None:
    support = console("support")
    page = support.page("/console/inbox")
    assert "SaleorUnreachable: the shop did not answer" in page
    with transaction(lived_in_engine) as session:
        session.execute(text("UPDATE distribution.inbox SET due_at = now() + interval '1 hour'"))
    assert "2 signals are tried again now." in support.act("/console/inbox/signals", {"ids": _ids(page)})
    with Session(lived_in_engine) as session:
        now = datetime.now(UTC) + timedelta(seconds=5)
        assert all(signal.due_at <= now for signal in session.scalars(select(Signal)))
    act = last_act(lived_in_engine, "inbox.retry")
    assert act.actor == merchant_actor(lived_in_engine, "support")
    assert act.after == {"signals": 2}
    assert "Choose at least one." in support.act("/console/inbox/signals")


def test_an_answer_that_could_not_be_read_is_shown_as_it_came(
    console: Console, lived_in_engine: Engine
) -> None:
    support = console("support")
    assert "order.total: is null" in support.page("/console/inbox/answers")
    path = "/console/inbox/answers/saleor/T3JkZXI6OTk="
    assert '"total": null' in support.page(path)
    assert "once more within seconds" in support.act(path)
    assert last_act(lived_in_engine, "order.read_again").subject_id == "saleor:T3JkZXI6OTk="
    assert "Every answer was understood" in support.page("/console/inbox/answers?resolved=1")


def test_an_effect_given_up_is_carried_out_again(console: Console, lived_in_engine: Engine) -> None:
    support = console("support")
    page = support.page("/console/inbox/effects")
    assert "SMTPRecipientsRefused" in page
    assert "1 effect is tried again now." in support.act("/console/inbox/effects", {"ids": _ids(page)})
    with Session(lived_in_engine) as session:
        effect = session.scalars(select(Effect).where(Effect.dedupe_key == "mail:lost")).one()
        assert effect.failed_at is None
    assert last_act(lived_in_engine, "outbox.retry").actor == merchant_actor(lived_in_engine, "support")
    assert "Nothing was given up" in support.page("/console/inbox/effects")


def test_comparisons_with_the_shop_say_what_they_prove(console: Console) -> None:
    page = console("read_only").page("/console/inbox/comparisons")
    assert "all 198 paid orders are recorded as the shop shows them, 120 of them of distributors" in page
    assert "all 2,433 paid orders" in page
    assert "all 17,904 paid orders" in page
    assert "3 orders that no event had brought" in page
    assert "Saleor answers 503" in page
    worth_a_look = console("read_only").page("/console/inbox/comparisons?repaired=1")
    assert "Saleor answers 503" in worth_a_look
    assert "2,480" not in worth_a_look


def test_a_job_that_fails_is_seen(console: Console, lived_in_engine: Engine) -> None:
    with transaction(lived_in_engine) as session:
        started(session, "verify_nightly", now=datetime.now(UTC))
        failed(session, "verify_nightly", error="OperationalError: no room left", now=datetime.now(UTC))
    page = console("read_only").page("/console/inbox")
    assert "Verifying at night" in page
    assert "no room left" in page


def test_a_long_proof_is_left_to_a_worker(
    console: Console, lived_in_engine: Engine, redis_server_url: str
) -> None:
    # The server's own statistics say what is long; the rows themselves would take minutes to make.
    with transaction(lived_in_engine) as session:
        session.execute(
            text(
                "UPDATE pg_class SET reltuples = :many WHERE oid = 'distribution.order_snapshots'::regclass"
            ),
            {"many": verification.LARGE + 1},
        )
    assert "A worker proves everything now." in console("finance").act("/console/verification")
    with transaction(lived_in_engine) as session:
        session.execute(text("ANALYZE distribution.order_snapshots"))
    with redis.Redis.from_url(redis_server_url) as connection:
        assert is_waiting(Queue(QUEUE, connection=connection), verification.JOB)
    assert last_act(lived_in_engine, "proof.ask").actor == merchant_actor(lived_in_engine, "finance")


def test_the_proof_runs_and_names_what_differs(console: Console, lived_in_engine: Engine) -> None:
    finance = console("finance")
    assert "Everything agrees, to the last unit of money." in finance.act("/console/verification")
    assert last_act(lived_in_engine, "proof.keep").actor == merchant_actor(lived_in_engine, "finance")
    with transaction(lived_in_engine) as session:
        session.execute(
            text(
                "UPDATE distribution.balances SET balance_minor = balance_minor + 1 WHERE kind = 'available'"
            )
        )
    page = finance.act("/console/verification")
    assert "There are differences." in page
    assert "balances" in page
    assert "difference" in console("owner").page("/console/")
    with Session(lived_in_engine) as session:
        assert len(session.scalars(select(Verification)).all()) == 2
