"""The general ledger in the console: from the trial balance to the document, and files to take away."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from beancount import loader
from sqlalchemy import Engine

from distribution.db import transaction
from distribution.ledger.as_of import By, trial_balance
from distribution.proof import prove
from distribution.sealing.head import seal_of
from distribution.sealing.seal import seal
from distribution.settlement.settle import settle
from tests.functional.console_client import ConsoleClient
from tests.functional.console_world import ConsoleWorld

Console = Callable[[str], ConsoleClient]


@pytest.fixture(scope="module")
def settled(shop: ConsoleWorld, lived_in_engine: Engine) -> Engine:
    """Everything due is settled, and sealed."""
    settle(lived_in_engine, actor="job:test", now=datetime.now(UTC))
    with transaction(lived_in_engine) as session:
        seal(session, now=datetime.now(UTC))
    return lived_in_engine


def links(page: str, pattern: str) -> list[str]:
    return re.findall(rf'href="({pattern})"', page)


def test_the_way_from_the_trial_balance_to_the_document(console: Console, settled: Engine) -> None:
    finance = console("finance")
    page = finance.page("/console/ledger")
    assert "Trial balance USD" in page
    kind = next(each for each in links(page, r"/console/ledger/[^\"]*") if each.endswith("USD/available"))
    accounts = links(finance.page(kind), r"/console/ledger/accounts/\d+")
    assert accounts
    account = finance.page(accounts[0])
    assert "Commission settled" in account
    statement = links(account, r"/console/statements/[^\"]*")[0]
    assert "Statement" in finance.page(statement)
    program = links(finance.page("/console/ledger/USD/commission"), r"/console/ledger/accounts/\d+")
    assert len(program) == 1
    assert "Ada Lovelace" in finance.page(program[0])


def test_the_trial_balance_is_that_of_the_ledger(console: Console, settled: Engine) -> None:
    with transaction(settled) as session:
        found = trial_balance(session, datetime.now(UTC), by=By.EFFECTIVE, currency="USD")
    page = console("read_only").page("/console/ledger?currency=USD")
    for each in found:
        assert f"${each.debits_minor / 100:,.2f}" in page
    assert "Nothing was booked by then" in console("read_only").page("/console/ledger?date=2020-01-01")
    assert "By recorded time" in console("read_only").page("/console/ledger?by=recorded")


def test_files_are_for_those_who_settle(console: Console, settled: Engine) -> None:
    finance = console("finance")
    ledger = finance.browser.get("/console/ledger/file?format=beancount")
    assert ledger.status_code == 200
    assert 'filename="ledger.beancount"' in ledger.headers["Content-Disposition"]
    _, errors, _ = loader.load_string(ledger.get_data(as_text=True))
    assert errors == []
    for kind in ("csv", "commission"):
        answer = finance.browser.get(f"/console/ledger/file?format={kind}&from=2020-01-01&to=2099-12-31")
        rows = list(csv.DictReader(io.StringIO(answer.get_data(as_text=True).lstrip("\ufeff"))))
        assert {"USD"} <= {row["currency"] for row in rows}
        nothing = finance.browser.get(f"/console/ledger/file?format={kind}&to=2001-01-01")
        assert len(nothing.get_data(as_text=True).splitlines()) == 1
    for path in ("/console/ledger/file?format=csv", "/console/ledger/head"):
        for role in ("support", "read_only"):
            assert console(role).browser.get(path).status_code == 403


def test_the_seal_that_is_taken_away_proves_the_past(console: Console, settled: Engine) -> None:
    kept = json.loads(console("finance").browser.get("/console/ledger/head").get_data())
    with transaction(settled) as session:
        assert prove(session, kept=[seal_of(kept)]).holds
    with transaction(settled) as session:
        other = (kept["seal"], bytes(32))
        assert [each.table for each in prove(session, kept=[other]).differences] == ["transfer_seals"]
    assert kept["digest"] in console("read_only").page("/console/ledger")


@pytest.mark.parametrize(
    "path, status",
    [
        ("?date=0001-01-01&by=x&currency=%3C", 200),
        ("?date=9999-12-31", 200),
        ("/USD/nothing", 404),
        ("/XXX/commission", 200),
        ("/XXX/available", 200),
        ("/USD/available?cursor=nonsense&date=x", 200),
        ("/accounts/999999999", 404),
        ("/accounts/99999999999999999999", 404),
        ("/accounts/1?cursor=WzAsIDFd", 200),
    ],
)
def test_odd_addresses_break_nothing(console: Console, settled: Engine, path: str, status: int) -> None:
    assert console("owner").browser.get(f"/console/ledger{path}").status_code == status


def test_in_chinese(console: Console, settled: Engine) -> None:
    client = console("owner")
    client.browser.set_cookie("language", "zh_Hans")
    assert "试算平衡表" in client.page("/console/ledger")
    assert "会计科目表" in client.page("/console/ledger/chart")
