"""Simulations as a merchant's program, a worker and a person at a terminal meet them."""

from __future__ import annotations

import csv
import io
import json
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from distribution.db import transaction
from distribution.settings.environment import Variable
from distribution.simulation.read import simulations
from jobs.resources import resources
from jobs.simulations import simulate
from tests.factories import a_chain, a_code
from tests.functional.api_client import ApiClient, a_token, an_application
from tests.functional.command_line import Done, command_line
from tests.periods import a_plan, on, record, sale
from tests.processes import distribution_at_a_keyboard, environment, wait_until

DRAFT = a_plan({"level": 1, "bps": 1_600})
Runner = Callable[..., Done]


@pytest.fixture(autouse=True)
def sold(engine: Engine, session: Session) -> None:
    """Two orders of a chain; the seller's name is one that a spreadsheet would calculate."""
    chain = a_chain(session, 3)
    chain[0].name = "=1+1"
    a_code(session, chain[0], "ALICE")
    session.commit()
    record(engine, sale("1", 10_000, on(2)), sale("2", 5_000, on(3, 4)))


@pytest.fixture
def api(engine: Engine, redis_url: str) -> ApiClient:
    return ApiClient(an_application(engine, redis_url), a_token(engine))


@pytest.fixture
def work(database_url: str, redis_url: str, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The job, on this test's database."""
    monkeypatch.setenv(Variable.DATABASE_URL, database_url)
    monkeypatch.setenv(Variable.REDIS_URL, redis_url)
    yield simulate
    resources().engine.dispose()


@pytest.fixture
def run(database_url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Runner:
    cli = command_line(monkeypatch, capsys)
    return lambda *arguments, **options: cli("simulate", *arguments, DATABASE_URL=database_url, **options)


def waits_for_a_lock(engine: Engine) -> bool:
    """Whether somebody waits for the table that a simulation writes last."""
    waiting = "relation = 'distribution.simulated_distributors'::regclass AND NOT granted"
    with transaction(engine) as session:
        return session.scalar(text(f"SELECT EXISTS (SELECT FROM pg_locks WHERE {waiting})")) is True


def test_begun_by_api_carried_out_by_a_worker(api: ApiClient, work: Any) -> None:
    begun = api.post("/simulations", {"plan": DRAFT, "from": "2026-03-01T00:00:00Z"}, status=202)
    assert (begun["status"], begun["orders_done"], begun["orders_total"]) == ("running", 0, 2)
    assert (begun["plan"], begun["result"]) == ("Whole", None)

    assert work() == {"ended": 1}
    assert work() is None

    done = api.get(f"/simulations/{begun['id']}")
    assert (done["status"], done["orders_done"], done["from"]) == ("done", 2, "2026-03-01T00:00:00Z")
    [dollars] = done["result"]["currencies"]
    assert dollars["total"] == {"amount": "24.00", "potential": "24.00", "recorded": "25.50"}
    assert (dollars["share_bps"], dollars["sales"]) == (1_600, "150.00")
    table = api("GET", f"/simulations/{begun['id']}/distributors.csv", status=200)
    assert table.content_type == "text/csv; charset=utf-8"
    rows = list(csv.DictReader(io.StringIO(table.text)))
    assert [(row["name"], row["amount"], row["recorded"], row["difference"]) for row in rows] == [
        ("'=1+1", "24.00", "15.00", "9.00"),
        ("Depth 2", "0.00", "7.50", "-7.50"),
        ("Depth 1", "0.00", "3.00", "-3.00"),
    ]


def test_called_off_by_api(api: ApiClient, work: Any) -> None:
    begun = api.post("/simulations", {"plan": DRAFT}, status=202)
    path = f"/simulations/{begun['id']}"
    assert api.post(f"{path}/cancel", {}, status=200)["status"] == "cancelled"
    assert work() is None
    assert api.get(path)["status"] == "cancelled"
    assert len(api("GET", f"{path}/distributors.csv").text.splitlines()) == 1


def test_what_is_wrong_is_named(api: ApiClient) -> None:
    bad = {**DRAFT, "rates": [{"level": 1}]}
    refused = api.post("/simulations", {"plan": bad}, status=422)
    assert refused["field"] == "plan.rates[0]"
    refused = api.post(
        "/simulations",
        {"plan": DRAFT, "from": "2026-03-02T00:00:00Z", "to": "2026-03-01T00:00:00Z"},
        status=422,
    )
    assert refused["field"] == "from"
    api.get(f"/simulations/{uuid4()}", status=404)


def test_by_command(run: Runner, tmp_path: Path) -> None:
    plan, table = tmp_path / "plan.json", tmp_path / "people.csv"
    plan.write_text(json.dumps(DRAFT))

    done = run(str(plan), "--csv", str(table), "--to", "2026-04-01")
    assert done.returncode == 0, done.stderr
    lines = [" ".join(line.split()) for line in done.stdout.splitlines()]
    assert "USD: 1 of 1 orders are somebody's, sales 100.00, 16 % of it commission" in lines
    assert "level 1 16.00 16.00 10.00" in lines
    assert "together 16.00 16.00 17.00" in lines
    assert "=1+1 16.00 16.00 10.00 6.00" in lines
    assert table.read_text().splitlines()[1].split(",")[1] == "'=1+1"

    done = run("-", "--json", stdin=plan.read_bytes())
    assert json.loads(done.stdout)["result"]["currencies"][0]["total"]["amount"] == "24.00"


def test_wrong_use_is_one_line(run: Runner, tmp_path: Path) -> None:
    plan = tmp_path / "plan.json"
    for content, said in (
        (b"{", "not JSON"),
        (b"[]", "no JSON object"),
        (json.dumps({**DRAFT, "ceiling_bps": -1}).encode(), "ceiling_bps"),
    ):
        plan.write_bytes(content)
        done = run(str(plan))
        assert (done.returncode, len(done.stderr.splitlines())) == (2, 1)
        assert said in done.stderr
    assert run().returncode == run("--resume", str(uuid4()), "--to", "2026-01-01").returncode == 2
    assert run("--resume", str(uuid4())).returncode == 1


def test_ctrl_c_says_how_to_go_on(run: Runner, engine: Engine, database_url: str, tmp_path: Path) -> None:
    plan = tmp_path / "plan.json"
    plan.write_text(json.dumps(DRAFT))
    arguments = distribution_at_a_keyboard("simulate", str(plan))
    with engine.connect() as other:
        # It waits for what it would write last: that it is interrupted half way is no luck.
        other.execute(text("LOCK TABLE distribution.simulated_distributors"))
        with subprocess.Popen(
            arguments, env=environment(DATABASE_URL=database_url), stderr=subprocess.PIPE, text=True
        ) as process:
            wait_until(lambda: waits_for_a_lock(engine))
            process.send_signal(signal.SIGINT)
            _, said = process.communicate(timeout=30)
    with transaction(engine) as session:
        [left] = simulations(session)
    assert process.returncode == 130
    assert said.strip().endswith(f"distribution simulate --resume {left.id}")
    # A worker leaves it alone: somebody means to go on.
    assert (left.status, left.in_background) == ("running", False)
    done = run("--resume", str(left.id))
    assert done.returncode == 0
    assert "Whole: 2 orders" in done.stdout
