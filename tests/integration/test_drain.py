"""The inbox is drained whatever Saleor answers: nothing is lost, nothing is recorded twice, nobody holds up others."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from datetime import UTC, datetime, timedelta
from itertools import chain

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from distribution.adapters.saleor.client import SaleorClient
from distribution.orders.inbox import announce
from jobs.drain import Drained, drain
from tests.drained import add_signals, inbox, time_passes, worth
from tests.factories import a_chain, a_code
from tests.recordings import CODE, SCENARIOS, steps
from tests.saleor_server import Order, Shop, last_states, recorded, running_shop, with_code


@pytest.fixture
def shop() -> Iterator[Shop]:
    with running_shop() as shop:
        yield shop


@pytest.fixture
def client(shop: Shop) -> Iterator[SaleorClient]:
    with SaleorClient(shop.url, shop.token, timeout_seconds=2, sleep=lambda _: None) as client:
        yield client


@pytest.fixture
def network(session: Session) -> Session:
    a_code(session, a_chain(session, 3)[0], CODE)
    session.commit()
    return session


def an_order(scenario: str = "refund_after_fulfilment", state: int = -1) -> Order:
    return with_code(deepcopy(recorded(scenario)[state]), CODE)


def bad_snapshots(engine: Engine) -> dict[str, tuple[str, bool]]:
    with Session(engine) as session:
        rows = session.execute(text("SELECT external_id, error, resolved_at FROM distribution.bad_snapshots"))
        return {row.external_id: (row.error, row.resolved_at is not None) for row in rows}


@pytest.mark.usefixtures("network")
def test_every_recorded_order_is_worth_what_its_last_state_is(
    engine: Engine, shop: Shop, client: SaleorClient
) -> None:
    shop.put(*last_states(CODE))
    add_signals(engine, shop.orders, repeated=3)

    drained = drain(engine, client)

    newest = {step.snapshot.order_id: step for scenario in SCENARIOS for step in steps(scenario)}
    assert drained.recorded == len(newest)
    assert worth(engine) == {
        order_id: sorted(chain.from_iterable(step.worth.values())) for order_id, step in newest.items()
    }
    waiting = inbox(engine)
    assert {row.hook for row in waiting} == {"reread"}
    assert len(waiting) == len(newest)


@pytest.mark.usefixtures("network")
def test_a_second_reading_that_finds_a_change_is_followed_by_a_third_and_then_it_is_over(
    engine: Engine, shop: Shop, client: SaleorClient
) -> None:
    first, last = an_order(state=0), an_order(state=-1)
    shop.put(first)
    add_signals(engine, [first["id"]])
    drain(engine, client)
    assert drain(engine, client).signals == 0

    shop.put(last)
    time_passes(engine)
    assert drain(engine, client).recorded == 1
    time_passes(engine)
    assert drain(engine, client).unchanged == 1

    time_passes(engine)
    assert drain(engine, client) == Drained()
    assert inbox(engine) == []


@pytest.mark.usefixtures("network")
def test_a_lagging_replica_that_shows_the_old_state_is_asked_again(
    engine: Engine, shop: Shop, client: SaleorClient
) -> None:
    order = an_order(state=0)
    shop.put(order)
    add_signals(engine, [order["id"]])
    drain(engine, client)
    time_passes(engine)
    drain(engine, client)

    add_signals(engine, [order["id"]])
    assert drain(engine, client).unchanged == 1

    shop.put(an_order(state=-1))
    time_passes(engine)
    assert drain(engine, client).recorded == 1


@pytest.mark.usefixtures("network")
def test_one_order_that_saleor_cannot_show_waits_and_the_others_go_on(
    engine: Engine, shop: Shop, client: SaleorClient
) -> None:
    shop.put(*last_states(CODE))
    damaged = an_order()["id"]
    shop.damaged = {damaged}
    add_signals(engine, shop.orders)

    drained = drain(engine, client)

    assert drained.recorded == len(shop.orders) - 1
    assert drained.put_back == 1
    [waiting] = [row for row in inbox(engine) if row.subject_id == damaged]
    assert "non-nullable" in waiting.last_error
    assert waiting.due_at > datetime.now(UTC)

    shop.damaged = set()
    time_passes(engine)
    assert drain(engine, client).recorded == 1


@pytest.mark.usefixtures("network")
def test_while_saleor_is_away_every_signal_waits_longer_each_time_and_says_why(
    engine: Engine, shop: Shop, client: SaleorClient
) -> None:
    order = an_order()
    shop.put(order)
    shop.status = 503
    add_signals(engine, [order["id"]])
    waits = []
    for _ in range(4):
        drained = drain(engine, client)
        assert drained.error == "Saleor answers 503"
        [waiting] = inbox(engine)
        assert waiting.last_error == "Saleor answers 503"
        waits.append(waiting.due_at - datetime.now(UTC))
        time_passes(engine)

    assert waits == sorted(waits)
    assert waits[-1] > waits[0] * 4
    shop.status = 200
    assert drain(engine, client).recorded == 1


@pytest.mark.usefixtures("network")
def test_a_refused_token_is_said_once_and_nothing_is_lost(
    engine: Engine, shop: Shop, client: SaleorClient
) -> None:
    order = an_order()
    shop.put(order)
    shop.token = "another"
    add_signals(engine, [order["id"]])

    drained = drain(engine, client)

    assert drained.error is not None
    assert "MANAGE_ORDERS" in drained.error
    assert len(shop.requests) == 1
    [waiting] = inbox(engine)
    assert waiting.last_error == drained.error


def test_without_a_saleor_named_signals_wait_and_say_so(engine: Engine) -> None:
    add_signals(engine, ["T3JkZXI6MQ=="])

    drained = drain(engine, None)

    assert "DISTRIBUTION_SALEOR_API_URL" in str(drained.error)
    assert len(inbox(engine)) == 1


@pytest.mark.usefixtures("network")
def test_a_code_of_ten_megabytes_names_nobody_and_costs_nothing(
    engine: Engine, shop: Shop, client: SaleorClient
) -> None:
    huge, ordinary = with_code(an_order(), "X" * 10_000_000), an_order("cancel_unpaid")
    shop.put(huge, ordinary)
    add_signals(engine, shop.orders)

    assert drain(engine, client).recorded == 2

    with Session(engine) as session:
        reason, length = session.execute(
            text(
                "SELECT o.reason, pg_column_size(s.state) FROM distribution.orders o "
                "JOIN distribution.order_snapshots s ON s.order_id = o.id WHERE external_id = :id"
            ),
            {"id": huge["id"]},
        ).one()
    assert reason == "malformed_code" or "code" in reason
    assert length < 10_000


@pytest.mark.usefixtures("network")
def test_an_answer_that_cannot_be_read_is_kept_with_why_and_the_next_good_one_resolves_it(
    engine: Engine, shop: Shop, client: SaleorClient
) -> None:
    good, bad = an_order("cancel_unpaid"), an_order()
    whole = bad["total"]
    bad["total"] = {"gross": {"amount": "a lot \x00\ud800"}, "currency": "USD"}
    shop.put(good, bad)
    add_signals(engine, shop.orders)

    drained = drain(engine, client)

    assert (drained.recorded, drained.bad) == (1, 1)
    [(error, resolved)] = bad_snapshots(engine).values()
    assert "total" in error
    assert not resolved
    assert [row.subject_id for row in inbox(engine)] == [good["id"]]

    bad["total"] = whole
    add_signals(engine, [bad["id"]])
    assert drain(engine, client).recorded == 1
    assert bad_snapshots(engine)[bad["id"]][1]


@pytest.mark.usefixtures("network")
def test_an_order_the_database_refuses_waits_alone(engine: Engine, shop: Shop, client: SaleorClient) -> None:
    shop.put(*last_states(CODE)[:20])
    refused = next(iter(shop.orders.values()))
    # No such user can be stored: PostgreSQL has no NUL, and the mapper takes Saleor's own ids as they are.
    refused["user"] = {"id": "a\x00b"}
    add_signals(engine, shop.orders)

    drained = drain(engine, client)

    assert drained.recorded == 19
    [waiting] = [row for row in inbox(engine) if row.hook != "reread"]
    assert waiting.subject_id == refused["id"]
    assert waiting.last_error


@pytest.mark.usefixtures("network")
def test_an_order_that_is_gone_is_forgotten_unless_it_was_recorded(
    engine: Engine, shop: Shop, client: SaleorClient
) -> None:
    order = an_order()
    shop.put(order)
    add_signals(engine, [order["id"], "T3JkZXI6ZHJhZnQ="])
    assert drain(engine, client).gone == 1
    assert bad_snapshots(engine) == {}

    shop.orders.clear()
    time_passes(engine)
    assert drain(engine, client).gone == 1
    assert "no longer knows" in bad_snapshots(engine)[order["id"]][0]
    assert inbox(engine) == []


@pytest.mark.usefixtures("network")
def test_a_signal_that_comes_while_its_order_is_read_is_not_completed_by_that_reading(
    engine: Engine, shop: Shop, client: SaleorClient
) -> None:
    order = an_order(state=0)
    shop.put(order)
    add_signals(engine, [order["id"]])

    def another_change() -> None:
        shop.put(an_order(state=-1))
        add_signals(engine, [order["id"]])

    shop.meanwhile.append(another_change)

    drained = drain(engine, client)

    assert drained.recorded == 2


@pytest.mark.usefixtures("network")
def test_a_reading_that_took_longer_than_the_claim_is_thrown_away(
    engine: Engine, shop: Shop, client: SaleorClient
) -> None:
    order = an_order()
    shop.put(order)
    shop.seconds = 0.3
    add_signals(engine, [order["id"]])

    drained = drain(engine, client, lease=timedelta(milliseconds=100), longest_seconds=0.2)

    assert drained.recorded == 0
    assert len(inbox(engine)) == 1
    shop.seconds = 0
    time_passes(engine)
    assert drain(engine, client).recorded == 1


def test_a_checkout_leaves_its_referral(engine: Engine, session: Session) -> None:
    session.execute(
        text(
            "INSERT INTO distribution.inbox (kind, subject_id, hook, referral) VALUES "
            "('checkout', 'c-1', 'checkout_created', '{\"code\": \"FIRST\"}'), "
            "('checkout', 'c-1', 'checkout_updated', '{\"code\": \"SECOND\", \"click\": \"k\"}')"
        )
    )
    session.commit()

    assert drain(engine, None).checkouts == 2

    row = session.execute(text("SELECT code, click_id FROM distribution.checkout_referrals")).one()
    assert tuple(row) == ("SECOND", "k")
    assert inbox(engine) == []


@pytest.mark.usefixtures("network")
def test_many_orders_are_read_fifty_to_a_request(
    engine: Engine, shop: Shop, client: SaleorClient, session: Session
) -> None:
    template = an_order()
    for number in range(300):
        shop.put(
            {
                **template,
                "id": f"T3JkZXI6{number:04}",
                "number": str(number),
                "userEmail": f"{number}@example.com",
            }
        )
    announce(session, list(shop.orders), source="saleor", hook="order_created", due_at=datetime.now(UTC))
    session.commit()

    drained = drain(engine, client)

    assert drained.recorded == 300
    assert len(shop.order_requests) == 6
