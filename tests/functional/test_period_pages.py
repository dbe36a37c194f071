"""What a period adjusted, where people see it: earnings, statements, the console, the API, in both languages."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from distribution.commission.periods.close import close_periods
from distribution.db import transaction
from distribution.network.tables import Distributor
from distribution.settlement import read
from distribution.settlement.settle import settle
from tests.factories import ACTOR, a_distributor
from tests.functional.api_client import ApiClient, a_token, an_application
from tests.functional.conftest import log_in
from tests.functional.console_client import ConsoleClient
from tests.functional.console_world import a_merchant
from tests.functional.world import PASSWORD
from tests.periods import HOLD, a_cap, a_plan, on, put_in_force, record, sale, whole

APRIL = on(1, 4)
OVER = on(11) + HOLD + HOLD


@pytest.fixture
def seller(engine: Engine, session: Session) -> Distributor:
    """Somebody whose March reached the second step in its second order, in both of their currencies capped."""
    found = a_distributor(session, email="alice@example.com", code="ALICE", password=PASSWORD)
    put_in_force(
        session,
        a_plan(
            whole(("0.00", 1_000), ("5000.00", 1_200)), caps=[a_cap("1000.00"), a_cap("5.00", currency="EUR")]
        ),
    )
    session.commit()
    record(engine, sale("1", 300_000, on(2)), sale("2", 200_000, on(10)))
    euro = {"currency": "EUR"}
    record(engine, sale("e1", 4_000, on(3), **euro), sale("e2", 4_000, on(4), **euro))
    record(engine, sale("e1", 4_000, on(3), **euro, status="cancelled", observed_at=on(20)))
    close_periods(engine, now=APRIL)
    return found


def words(page: str) -> str:
    """A page's text."""
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


@pytest.fixture
def alice(client: FlaskClient, seller: Distributor) -> FlaskClient:
    log_in(client, "alice@example.com")
    return client


@pytest.mark.parametrize(
    "language, currency, sentence",
    [
        ("en", "USD", "Your own sales of March 2026 reached $5,000.00: 12% instead of 10% for all of it."),
        ("en", "USD", "The orders of March 2026 earn $600.00, all within the cap of $1,000.00."),
        ("zh_Hans", "USD", "2026年3月您本人的销售额达到 US$5,000.00：整个期间按 12% 计，而非 10%。"),
        ("en", "EUR", "The orders of March 2026 earn €4.00, all within the cap of €5.00."),
    ],
)
def test_earnings_say_why(alice: FlaskClient, language: str, currency: str, sentence: str) -> None:
    alice.set_cookie("language", language)
    page = words(alice.get(f"/earnings?currency={currency}").get_data(as_text=True))
    assert sentence in page
    assert "None" not in page


def test_statements_hold_the_line_for_both_sides(
    engine: Engine, alice: FlaskClient, seller: Distributor, session: Session
) -> None:
    a_merchant(session, now=APRIL)
    session.commit()
    settle(engine, actor=ACTOR, now=OVER)
    with transaction(engine) as reading:
        (statement,) = read.statements(reading, distributor_id=seller.id, currency="USD")
    own = words(alice.get(f"/earnings/statements/{statement.id}").get_data(as_text=True))
    assert "March 2026" in own
    assert "Your own sales of March 2026 reached $5,000.00" in own
    assert "+$100.00" in own
    console = ConsoleClient(alice.application)
    console.sign_in()
    shown = words(console.page(f"/console/statements/{statement.id}"))
    assert "Own sales of March 2026 reached $5,000.00: 12% instead of 10% for all of it." in shown
    assert "$600.00" in shown


def test_balances_count_it(engine: Engine, redis_url: str, seller: Distributor) -> None:
    api = ApiClient(an_application(engine, redis_url), a_token(engine))
    balances = {each["currency"]: each for each in api.get(f"/distributors/{seller.id}")["balances"]}
    assert {
        currency: (each["pending"], each["matured"], each["available"]) for currency, each in balances.items()
    } == {"USD": ("0.00", "600.00", "0.00"), "EUR": ("0.00", "4.00", "0.00")}


@pytest.mark.parametrize(
    "language, heading, amount",
    [("en", "What its period decided", "+$100.00"), ("zh_Hans", "所在期间的整体结算", "+US$100.00")],
)
def test_an_order_tells_of_its_period(alice: FlaskClient, language: str, heading: str, amount: str) -> None:
    alice.set_cookie("language", language)
    listed = alice.get("/orders?q=2").get_data(as_text=True)
    [address] = set(re.findall(r'href="(/orders/\d+)"', listed))
    page = words(alice.get(address).get_data(as_text=True))
    assert heading in page
    assert amount in page.split(heading)[1]


def test_the_team_page_has_it_beside_the_levels(alice: FlaskClient) -> None:
    team = words(alice.get("/team").get_data(as_text=True))
    assert "Whole periods, over your own orders and the team's together: +€3.00 +$100.00" in team


@pytest.fixture
def undecided(engine: Engine, session: Session) -> Distributor:
    """Somebody whose March is over and was not decided yet: 100.00 and 200.00 at 10 %, 12 % from 300.00 on."""
    found = a_distributor(session, code="ALICE")
    put_in_force(session, a_plan(whole(("0.00", 1_000), ("300.00", 1_200))))
    a_merchant(session, now=APRIL)
    session.commit()
    record(engine, sale("1", 10_000, on(2)), sale("2", 20_000, on(10)))
    return found


def totals(engine: Engine, who: Distributor) -> list[int]:
    with transaction(engine) as session:
        return [each.total_minor for each in read.statements(session, distributor_id=who.id)]


def test_settling_by_api_decides_first(engine: Engine, redis_url: str, undecided: Distributor) -> None:
    api = ApiClient(an_application(engine, redis_url), a_token(engine))
    answer = api.post("/settlements", {})
    assert (answer["adjusted"], [each["credited"] for each in answer["runs"]]) == (1, ["36.00"])
    assert totals(engine, undecided) == [3_600]


def test_settling_by_hand_decides_first(engine: Engine, portal: Flask, undecided: Distributor) -> None:
    console = ConsoleClient(portal)
    console.sign_in()
    page = words(console.act("/console/settlements"))
    assert "1 adjusting line of periods that are over was written first." in page
    assert "1 statement was written." in page
    assert totals(engine, undecided) == [3_600]
