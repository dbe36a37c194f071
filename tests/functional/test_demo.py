"""The demo as its visitors find it: it answers, its year is whole and proven, it stops and comes back."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from typing import Any

import psycopg
import pytest
import requests

from distribution.demo.brand import EMMA, OWNER, PASSWORD, XIAOYUN
from tests.functional.demo_program import DemoProgram


def ask(demo: DemoProgram, query: str) -> list[tuple[Any, ...]]:
    """Rows of the demo's database."""
    with psycopg.connect(demo.database_url) as connection:
        return connection.execute(query.encode()).fetchall()


def test_portal_shop_and_logins_answer(demo: DemoProgram) -> None:
    assert requests.get(f"{demo.url}/readyz", timeout=20).json() == {"database": True, "queue": True}
    assert "Kiln &amp; Cloud" in requests.get(demo.shop_url, timeout=20).text
    assert "Emma" in demo.logged_in(EMMA).get(demo.url, timeout=20).text
    chinese = demo.logged_in(XIAOYUN).get(demo.url, timeout=20).text
    assert 'lang="zh-Hans"' in chinese
    assert "林晓芸" in chinese


def test_the_merchant_sees_applications_and_errors(demo: DemoProgram) -> None:
    browser = demo.logged_in(OWNER)
    for page in ("", "applications", "orders", "withdrawals"):
        answer = browser.get(f"{demo.url}/console/{page}", timeout=20)
        assert answer.status_code == 200, page


def test_the_year_has_all_that_a_merchant_meets(demo: DemoProgram) -> None:
    statuses = dict(ask(demo, "SELECT status, count(*) FROM distribution.distributors GROUP BY 1"))
    assert statuses["active"] > 200
    assert statuses["applied"] >= 5
    assert {"suspended", "left", "removed", "rejected"} <= set(statuses)
    assert ask(demo, "SELECT max(depth) FROM distribution.distributors") == [(3,)]
    grades = dict(ask(demo, "SELECT grade, count(*) FROM distribution.distributors GROUP BY 1"))
    assert grades["Bronze"] > grades["Silver"] > grades["Gold"] > 0
    reasons = dict(ask(demo, "SELECT reason, count(*) FROM distribution.orders GROUP BY 1"))
    assert sum(reasons.values()) > 4_000
    ways = {"referral_code", "voucher", "binding", "no_referral", "unknown_code", "self_purchase"}
    assert ways | {"replacement", "reassigned"} <= set(reasons)
    assert ask(demo, "SELECT DISTINCT currency FROM distribution.orders ORDER BY 1") == [("CNY",), ("EUR",)]
    runs = dict(ask(demo, "SELECT currency, count(*) FROM distribution.settlement_runs GROUP BY 1"))
    assert min(runs.values()) >= 10
    states = {state for (state,) in ask(demo, "SELECT DISTINCT state FROM distribution.withdrawals")}
    assert {"requested", "paid", "rejected"} <= states
    assert ask(
        demo, "SELECT count(*) FROM distribution.balances WHERE kind = 'debt' AND balance_minor < 0"
    ) == [(1,)]
    assert ask(demo, "SELECT count(*) FROM distribution.bad_snapshots WHERE resolved_at IS NULL") == [(1,)]
    assert ask(demo, "SELECT count(*) FROM distribution.commission_lines WHERE kind = 'reversal'")[0][0] > 300


def test_whoever_asked_for_money_has_an_account_and_was_paid_in_time(demo: DemoProgram) -> None:
    assert ask(demo, "SELECT count(*) FROM distribution.withdrawals WHERE method_id IS NULL") == [(0,)]
    late = """
        SELECT count(*) FROM distribution.withdrawals
        JOIN distribution.withdrawal_events ON withdrawal_id = withdrawals.id
        WHERE withdrawal_events.state = 'paid' AND withdrawal_events.at > due_at
    """
    assert ask(demo, late) == [(0,)]
    for login in (EMMA, XIAOYUN):
        assert "••••" in demo.logged_in(login).get(f"{demo.url}/account", timeout=20).text


def test_the_built_in_plan_is_in_force(demo: DemoProgram) -> None:
    assert ask(demo, "SELECT count(*) FROM distribution.plan_versions") == [(0,)]


def test_the_year_is_proven(demo: DemoProgram) -> None:
    done = subprocess.run(
        [sys.executable, "-c", "from distribution.cli import main; main()", "verify"],
        env={**os.environ, "DISTRIBUTION_DATABASE_URL": demo.database_url},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-2_000:] + done.stderr
    assert "Everything agrees" in done.stdout


def refused(command: list[str], environment: dict[str, str]) -> str:
    """The one line with which a command fails."""
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 1
    (line,) = done.stderr.splitlines()
    return line


def test_a_taken_port_is_one_clear_line(demo: DemoProgram) -> None:
    line = refused(demo.command(), demo.environment())
    port = demo.addresses.portal_port
    assert line == (
        f"distribution: port {port}, where the portal would answer, is taken; "
        f"choose another: make demo PORT={port + 3000}"
    )


def test_a_taken_port_of_the_shop_is_one_clear_line(demo: DemoProgram) -> None:
    other = demo.addresses.portal_port + 10
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", other + 1))
        taken.listen()
        line = refused([*demo.command()[:-1], str(other)], demo.environment())
    assert f"port {other + 1}, where the shop would answer, is taken" in line


@pytest.mark.parametrize("port, refused_port", [(6000, 6000), (5059, 5060)])
def test_a_port_that_browsers_refuse_is_one_clear_line(
    demo: DemoProgram, port: int, refused_port: int
) -> None:
    line = refused([*demo.command()[:-1], str(port)], demo.environment())
    assert line == f"distribution: browsers refuse port {refused_port}; choose another: make demo PORT=8000"


def test_two_demos_never_share_a_folder(demo: DemoProgram) -> None:
    line = refused([*demo.command()[:-1], str(demo.addresses.portal_port + 20)], demo.environment())
    assert "a demo is running already" in line


def test_it_comes_back_with_its_data_in_seconds(demo: DemoProgram) -> None:
    first = demo.ready_after_seconds
    before = ask(demo, "SELECT count(*) FROM distribution.orders")
    assert demo.stop() == 0
    with pytest.raises(requests.ConnectionError):
        requests.get(demo.url, timeout=5)
    said = demo.start()
    assert PASSWORD in said
    assert "Living through" not in said
    assert demo.ready_after_seconds < first / 2
    assert ask(demo, "SELECT count(*) FROM distribution.orders") >= before
