"""`distribution intake`, `settle`, `verify`, `reconcile` as a person or a script runs them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from distribution.db import create_engine, transaction
from tests.factories import a_chain, a_code
from tests.functional.command_line import Cli, Done, command_line
from tests.recordings import CODE, SCENARIOS, expected
from tests.saleor_server import Order, last_states, recorded, running_shop, with_code

SCENARIO = "refund_after_fulfilment"
Runner = Callable[..., Done]
BEGIN = datetime(2026, 11, 1, 9, 0, tzinfo=UTC)


@pytest.fixture
def own_engine(own_database_url: str) -> Iterator[Engine]:
    engine = create_engine(own_database_url)
    with Session(engine, expire_on_commit=False) as session:
        a_code(session, a_chain(session, 3)[0], CODE)
        session.commit()
    yield engine
    engine.dispose()


@pytest.fixture
def cli(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Cli:
    """The command line in this process."""
    return command_line(monkeypatch, capsys)


@pytest.fixture
def run(own_database_url: str, own_engine: Engine, cli: Cli) -> Runner:
    """Runs a command with the database's address and what else is named; somebody has the code."""
    assert own_engine
    return lambda *arguments, stdin=b"", **settings: cli(
        *arguments, stdin=stdin, DATABASE_URL=own_database_url, **settings
    )


def a_line(order: Order, second: int) -> bytes:
    observed_at = (BEGIN + timedelta(seconds=second)).isoformat()
    return json.dumps({"observed_at": observed_at, "order": order}).encode() + b"\n"


def states(scenario: str) -> list[tuple[Order, dict[str, list[int]]]]:
    """Each state of a scenario with what it is worth, by SKU and level, in minor units."""
    recording, wanted = recorded(scenario), [step["lines"] for step in expected()[scenario]["steps"]]
    worth = [lines for lines in wanted if lines is not None]
    return [(with_code(order, CODE), lines) for order, lines in zip(recording, worth, strict=True)]


def accrued(answer: dict[str, Any], order: Order) -> dict[str, list[int]]:
    skus = {line["id"]: line["productSku"] for line in order["lines"]}
    found = {sku: [0, 0, 0] for sku in skus.values()}
    for share in answer["shares"]:
        found[skus[share["line_id"]]][share["level"] - 1] = round(float(share["accrued"]) * 100)
    return found


def test_each_line_is_answered_with_what_its_order_is_worth_after_it(run: Runner, tmp_path: Path) -> None:
    known = [(order, worth) for scenario in SCENARIOS for order, worth in states(scenario)]
    file = tmp_path / "orders.jsonl"
    file.write_bytes(b"".join(a_line(order, second) for second, (order, _) in enumerate(known)))

    done = run("intake", str(file))

    assert (done.returncode, done.stderr) == (0, "")
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert [answer["order_id"] for answer in answers] == [order["id"] for order, _ in known]
    for answer, (order, worth) in zip(answers, known, strict=True):
        assert accrued(answer, order) == worth, order["number"]
    again = run("intake", "-", stdin=file.read_bytes())
    assert again.returncode == 0
    assert {json.loads(line)["order_id"] for line in again.stdout.splitlines()} == {
        answer["order_id"] for answer in answers
    }


def test_a_bad_line_is_named_and_kept_and_the_rest_goes_on(run: Runner, own_engine: Engine) -> None:
    order = with_code(recorded(SCENARIO)[-1], CODE)
    unreadable = {**order, "id": "T3JkZXI6YmFk", "total": {"gross": {"amount": "much"}, "currency": "USD"}}
    lines = [
        b"{not json\n",
        b"\n",
        a_line(unreadable, 1),
        json.dumps({"order": {**order, "id": "T3JkZXI6bGF0ZXI="}}).encode() + b"\n",
        b'"\xff"\n',
        b'{"observed_at": "2026-11-01T09:00:00Z", "order": null}\n',
        a_line(order, 2),
    ]

    done = run("intake", "-", stdin=b"".join(lines))

    assert done.returncode == 1
    assert [json.loads(line)["order_id"] for line in done.stdout.splitlines()] == [order["id"]]
    assert [line.split(":")[1].strip() for line in done.stderr.splitlines()] == [
        "line 1",
        "line 3",
        "line 4",
        "line 5",
        "line 6",
    ]
    with Session(own_engine) as session:
        kept = session.scalars(
            text("SELECT external_id FROM distribution.bad_snapshots ORDER BY external_id")
        )
        assert list(kept) == ["T3JkZXI6YmFk", "T3JkZXI6bGF0ZXI="]


def test_another_state_of_the_same_moment_is_refused_and_an_older_one_changes_nothing(run: Runner) -> None:
    [(first, _), *_, (last, worth)] = states(SCENARIO)

    done = run("intake", "-", stdin=a_line(last, 5) + a_line(first, 5) + a_line(first, 1))

    assert done.returncode == 1
    assert "line 2" in done.stderr
    assert [accrued(json.loads(line), last) for line in done.stdout.splitlines()] == [worth, worth]


def test_an_amount_is_read_exactly(run: Runner) -> None:
    order = with_code(recorded(SCENARIO)[-1], CODE)
    line = a_line(order, 1).replace(b'"gross": {"amount": 88.55}', b'"gross": {"amount": 88.5500000000}')
    assert b"88.5500000000" in line

    assert run("intake", "-", stdin=line).returncode == 0
    assert run("intake", "-", stdin=line.replace(b"88.5500000000", b"88.5500000001")).returncode == 1


def test_a_moment_ahead_of_the_clock_is_warned_of(run: Runner) -> None:
    order = with_code(recorded(SCENARIO)[-1], CODE)
    ahead = (datetime.now(UTC) + timedelta(days=2)).isoformat()

    done = run("intake", "-", stdin=json.dumps({"observed_at": ahead, "order": order}).encode())

    assert done.returncode == 0
    assert "line 1: observed_at is ahead" in done.stderr


def test_matured_lines_are_settled_and_everything_agrees(run: Runner, own_engine: Engine) -> None:
    order = with_code(recorded("marked_paid_refund_by_update")[0], CODE)
    fulfilled = next(state for state, worth in states(SCENARIO) if any(map(any, worth.values())))
    run("intake", "-", stdin=a_line(order, 1) + a_line(fulfilled, 1))

    assert run("settle").stdout == "Nothing is due.\n"
    with transaction(own_engine) as session:
        latest = session.execute(
            text("SELECT max(matures_at) FROM distribution.commission_lines")
        ).scalar_one()
    ahead = run("settle", "--until", latest.isoformat())
    assert ahead.returncode == 2
    assert "future" in ahead.stderr
    assert run("settle", "--currency", "XXQ").returncode == 2

    verified = run("verify")
    assert verified.returncode == 0
    assert verified.stdout.startswith("Everything agrees: ")
    document = json.loads(run("verify", "--json").stdout)
    assert document["holds"] is True
    assert document["differences"] == []


def test_what_matured_is_settled(run: Runner, own_engine: Engine) -> None:
    order = json.loads(
        json.dumps(next(state for state, worth in states(SCENARIO) if any(map(any, worth.values()))))
    )
    long_ago = "2026-06-01T10:00:00+00:00"
    order["created"] = long_ago
    for fulfillment in order["fulfillments"]:
        fulfillment["created"] = long_ago
    run("intake", "-", stdin=a_line(order, 1))

    done = run("settle", "--currency", "USD")

    assert done.returncode == 0
    assert done.stdout.startswith("USD run 1 (")
    assert "3 statements of" in done.stdout
    assert run("settle").stdout == "Nothing is due.\n"
    assert run("verify").returncode == 0


def test_a_row_changed_behind_our_back_is_named(run: Runner, own_engine: Engine) -> None:
    run("intake", "-", stdin=b"".join(a_line(order, 1) for order in last_states(CODE)))
    with transaction(own_engine) as session:
        session.execute(text("SET LOCAL session_replication_role = replica"))
        session.execute(
            text(
                "UPDATE distribution.commission_lines SET amount_minor = amount_minor + 1 "
                "WHERE (order_id, number) = (SELECT min(order_id), 1 FROM distribution.commission_lines)"
            )
        )

    done = run("verify")

    assert done.returncode == 1
    assert "commission_lines" in done.stdout
    assert "differences: " in done.stdout
    assert json.loads(run("verify", "--json").stdout)["holds"] is False


def test_reconcile_prints_what_it_repaired(run: Runner) -> None:
    with running_shop() as shop:
        shop.put(*last_states(CODE))
        settings = {"SALEOR_API_URL": shop.url, "SALEOR_TOKEN": shop.token}

        done = run("reconcile", "--all", **settings)

        assert (done.returncode, done.stderr) == (0, "")
        *repaired, summary, proof = done.stdout.splitlines()
        assert proof.startswith("Every paid order among them is recorded as the shop shows it: ")
        assert len(repaired) == len(shop.orders)
        assert all(line.startswith("repaired order ") for line in repaired)
        seen = len(shop.orders)
        assert summary == f"Compared all orders: {seen} seen, {seen} repaired, 0 failed."
        again = run("reconcile", "--since", "2026-01-01", **settings)
        assert f"{seen} seen, 0 repaired, 0 failed." in again.stdout
        shop.damaged = {next(iter(shop.orders))}
        damaged = run("reconcile", "--all", **settings)
        assert damaged.returncode == 1
        assert damaged.stderr.startswith("distribution: order ")
        refused = run("reconcile", SALEOR_API_URL=shop.url, SALEOR_TOKEN="another")
        assert refused.returncode == 1
        assert refused.stderr.startswith("distribution: Saleor refuses")
        assert run("reconcile", "--all", "--since", "2026-01-01", **settings).returncode == 2


def test_reconcile_proves_the_orders_of_a_time(run: Runner) -> None:
    with running_shop() as shop:
        shop.put(*last_states(CODE))
        settings = {"SALEOR_API_URL": shop.url, "SALEOR_TOKEN": shop.token}

        done = run("reconcile", "--placed-since", "2026-01-01", "--placed-until", "2027-01-01", **settings)

        assert (done.returncode, done.stderr) == (0, "")
        *_, compared, recorded, proof = done.stdout.splitlines()
        seen = len(shop.orders)
        assert compared.startswith(
            "Compared orders placed since 2026-01-01T00:00:00+00:00 and before 2027-01-01T"
        )
        assert recorded.startswith("Every paid order among them is recorded as the shop shows it: ")
        assert proof.startswith(f"Worked out once more: {seen} orders placed then, ")
        assert proof.endswith(" commission lines, follow from them.")
        assert run("reconcile", "--placed-until", "2027-01-01", **settings).returncode == 2


@pytest.mark.parametrize(
    "command", ["intake", "reconcile", "settle", "verify", "doctor", "worker", "scheduler"]
)
def test_every_command_says_how_it_is_used(run: Runner, command: str) -> None:
    done = run(command, "--help")

    assert done.returncode == 0
    assert done.stdout.startswith("Usage: distribution ")


@pytest.mark.parametrize(
    "arguments", [("intake",), ("intake", "/no/such/file"), ("settle", "--until", "tomorrow"), ("reconcile",)]
)
def test_wrong_use_is_one_line_and_exit_2(run: Runner, arguments: tuple[str, ...]) -> None:
    done = run(*arguments)

    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert done.stdout == ""
