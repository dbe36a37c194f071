"""What a lost event left behind is found and repaired, whatever state the shop is in."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine, Row, text
from sqlalchemy.orm import Session

from distribution.adapters.saleor.client import SaleorClient
from distribution.adapters.saleor.errors import SaleorRefused, SaleorUnreachable
from distribution.adapters.saleor.reconcile import BEGINNING, reconcile
from distribution.adapters.saleor.scope import EVERYTHING, Scope
from distribution.commission.accrue import Recorded
from distribution.db import transaction
from distribution.orders.reconciliations import OVERLAP
from jobs.drain import drain
from jobs.reconciliation import WHOLE_EVERY, nightly_scope
from tests.drained import add_signals, inbox, time_passes
from tests.factories import a_chain, a_code
from tests.recordings import CODE
from tests.saleor_server import Shop, last_states, recorded, running_shop, with_code

LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def shop() -> Iterator[Shop]:
    with running_shop() as shop:
        shop.put(*last_states(CODE))
        yield shop


@pytest.fixture
def client(shop: Shop) -> Iterator[SaleorClient]:
    with SaleorClient(shop.url, shop.token, timeout_seconds=2, sleep=lambda _: None) as client:
        yield client


@pytest.fixture(autouse=True)
def network(session: Session) -> Session:
    a_code(session, a_chain(session, 3)[0], CODE)
    session.commit()
    return session


def rows(engine: Engine) -> list[Row[tuple[object, ...]]]:
    with Session(engine) as session:
        return list(session.execute(text("SELECT * FROM distribution.reconciliations ORDER BY id")))


def test_every_order_of_the_shop_is_brought_here_once(
    engine: Engine, client: SaleorClient, shop: Shop
) -> None:
    repaired: list[Recorded] = []

    done = reconcile(engine, client, EVERYTHING, after_page=lambda _, page: repaired.extend(page))

    assert (done.seen, done.repaired, done.failed) == (len(shop.orders), len(shop.orders), {})
    assert {each.snapshot.order_id for each in repaired} == set(shop.orders)
    [row] = rows(engine)
    assert (row.seen, row.repaired, row.failed, row.error) == (len(shop.orders), len(shop.orders), 0, None)
    assert row.since_at == BEGINNING
    assert row.finished_at >= row.started_at
    again = reconcile(engine, client, EVERYTHING)
    assert (again.seen, again.repaired) == (len(shop.orders), 0)


def test_a_change_whose_event_was_lost_is_repaired(engine: Engine, client: SaleorClient, shop: Shop) -> None:
    first, *_, last = [with_code(order, CODE) for order in recorded("return_products")]
    shop.put(first)
    reconcile(engine, client, EVERYTHING)
    shop.put(last)

    done = reconcile(engine, client, Scope("changed", LONG_AGO))

    assert (done.seen, done.repaired) == (len(shop.orders), 1)


def test_what_only_an_event_tells_is_found(engine: Engine, client: SaleorClient, shop: Shop) -> None:
    """Saleor leaves `updatedAt` as it was on a second partial fulfilment."""
    order = with_code(recorded("fulfil_partly_then_fully")[-1], CODE)
    newest_event = max(event["date"] for event in order["events"])
    shop.orders.clear()
    shop.put({**order, "updatedAt": order["created"]})

    done = reconcile(engine, client, Scope("changed", datetime.fromisoformat(newest_event)))

    assert done.repaired == 1


def test_many_pages_are_read_to_the_end(engine: Engine, client: SaleorClient, shop: Shop) -> None:
    template = next(iter(shop.orders.values()))
    shop.orders.clear()
    for number in range(250):
        # A hundred share their time of change: a cursor by time alone would lose some of them.
        changed = f"2026-11-22T08:{number // 100:02}:00+00:00"
        shop.put({**template, "id": f"T3JkZXI6{number:04}", "number": str(number), "updatedAt": changed})

    done = reconcile(engine, client, EVERYTHING)

    assert (done.seen, done.repaired, len(shop.order_requests)) == (250, 250, 3)


def test_one_damaged_order_does_not_hide_its_page(engine: Engine, client: SaleorClient, shop: Shop) -> None:
    damaged = next(iter(shop.orders))
    shop.damaged = {damaged}

    done = reconcile(engine, client, EVERYTHING)

    assert done.repaired == len(shop.orders) - 1
    assert list(done.failed) == [damaged]
    assert rows(engine)[0].failed == 1
    [waiting] = inbox(engine)
    assert (waiting.subject_id, waiting.hook) == (damaged, "reconcile")
    shop.damaged = set()
    assert drain(engine, client).recorded == 1


def test_the_next_run_begins_where_the_last_good_one_did(
    engine: Engine, client: SaleorClient, shop: Shop
) -> None:
    reconcile(engine, client)
    first = rows(engine)[0]
    shop.status = 503
    with pytest.raises(SaleorUnreachable):
        reconcile(engine, client)
    shop.status, shop.token = 200, "another"
    with pytest.raises(SaleorRefused):
        reconcile(engine, client)
    shop.token = "good-token"

    done = reconcile(engine, client)

    assert done.since == first.started_at - OVERLAP
    failed = rows(engine)[1:3]
    assert failed[0].error == "Saleor answers 503"
    assert "MANAGE_ORDERS" in failed[1].error


def test_a_run_over_the_last_minutes_alone_does_not_move_where_the_next_begins(
    engine: Engine, client: SaleorClient
) -> None:
    reconcile(engine, client)
    with transaction(engine) as session:
        session.execute(
            text(
                "UPDATE distribution.reconciliations SET started_at = started_at - interval '1 day', "
                "since_at = since_at - interval '1 day'"
            )
        )
    first = rows(engine)[0]
    reconcile(engine, client, Scope("changed", datetime.now(UTC) - timedelta(minutes=5)))

    assert reconcile(engine, client).since == first.started_at - OVERLAP


def test_a_shop_before_3_22_is_asked_by_what_it_knows(
    engine: Engine, client: SaleorClient, shop: Shop
) -> None:
    shop.knows_where = False

    done = reconcile(engine, client, Scope("changed", LONG_AGO))

    assert done.repaired == len(shop.orders)


def test_beside_a_drain_of_the_same_orders_nothing_is_recorded_twice(
    engine: Engine, client: SaleorClient, shop: Shop
) -> None:
    order = next(iter(shop.orders.values()))
    add_signals(engine, shop.orders)

    def drained_meanwhile() -> None:
        with SaleorClient(shop.url, shop.token) as another:
            drain(engine, another)

    shop.meanwhile.append(drained_meanwhile)
    done = reconcile(engine, client, EVERYTHING)

    assert (done.seen, done.repaired) == (len(shop.orders), 0)
    time_passes(engine)
    assert drain(engine, client).recorded == 0
    with Session(engine) as session:
        count = session.execute(
            text("SELECT snapshot_count FROM distribution.orders WHERE external_id = :id"),
            {"id": order["id"]},
        )
        assert count.scalar_one() == 1


def test_orders_of_a_time_are_compared_whether_they_changed_or_not(
    engine: Engine, client: SaleorClient, shop: Shop
) -> None:
    template = next(iter(shop.orders.values()))
    shop.orders.clear()
    for day in range(1, 11):
        created = f"2026-03-{day:02}T12:00:00+00:00"
        shop.put({**template, "id": f"T3JkZXI6{day}", "number": str(day), "created": created})
    scope = Scope("placed", datetime(2026, 3, 3, tzinfo=UTC), datetime(2026, 3, 6, tzinfo=UTC))

    done = reconcile(engine, client, scope)

    assert (done.seen, done.repaired, done.proves) == (3, 3, True)
    [row] = rows(engine)
    assert (row.kind, row.since_at, row.until_at) == ("placed", scope.since, scope.until)


def test_before_3_22_whole_days_are_asked_for(engine: Engine, client: SaleorClient, shop: Shop) -> None:
    shop.knows_where = False
    order = with_code(recorded("return_products")[-1], CODE)
    shop.orders.clear()
    for hour in (8, 20):
        created = f"2026-03-05T{hour:02}:00:00+00:00"
        shop.put({**order, "id": f"T3JkZXI6{hour}", "number": str(hour), "created": created})

    done = reconcile(engine, client, Scope("placed", datetime(2026, 3, 5, 12, tzinfo=UTC)))

    assert (done.seen, done.paid) == (2, 1)


def test_paid_orders_are_counted_and_those_of_distributors(
    engine: Engine, client: SaleorClient, shop: Shop
) -> None:
    strangers = [with_code(order, "NOBODY") for order in recorded("return_products")[-1:]]
    shop.put(*strangers)

    done = reconcile(engine, client, EVERYTHING)

    with Session(engine) as session:
        paid, attributed = session.execute(
            text("SELECT count(*), count(distributor_id) FROM distribution.orders WHERE paid")
        ).one()
    assert (done.paid, done.attributed) == (paid, attributed)
    assert 0 < done.attributed < done.paid < done.seen
    [row] = rows(engine)
    assert (row.paid, row.attributed) == (paid, attributed)


def test_a_damaged_order_proves_nothing(engine: Engine, client: SaleorClient, shop: Shop) -> None:
    shop.damaged = {next(iter(shop.orders))}

    assert not reconcile(engine, client, EVERYTHING).proves


def test_orders_of_a_time_do_not_move_where_the_next_run_begins(engine: Engine, client: SaleorClient) -> None:
    reconcile(engine, client)
    first = rows(engine)[0]
    reconcile(engine, client, Scope("placed", LONG_AGO))

    assert reconcile(engine, client).since == first.started_at - OVERLAP


def test_the_next_page_is_asked_for_while_one_is_recorded(
    engine: Engine, client: SaleorClient, shop: Shop
) -> None:
    template = next(iter(shop.orders.values()))
    shop.orders.clear()
    for number in range(250):
        shop.put({**template, "id": f"T3JkZXI6{number:04}", "number": str(number)})
    asked: list[int] = []

    reconcile(engine, client, EVERYTHING, after_page=lambda *_: asked.append(len(shop.order_requests)))

    assert asked[0] >= 2


def test_a_night_covers_the_hold_and_ninety_days_and_every_seventh_all(
    engine: Engine, client: SaleorClient
) -> None:
    reconcile(engine, client, EVERYTHING)
    now = rows(engine)[0].started_at
    with Session(engine) as session:
        night = nightly_scope(session, now=now + timedelta(days=1))
        seventh = nightly_scope(session, now=now + WHOLE_EVERY)

    assert night == Scope("placed", now + timedelta(days=1 - 14 - 90))
    assert seventh == EVERYTHING
