"""The program's rules for withdrawals, as distributors meet them and as the merchant's people set and keep them."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from html import unescape
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from distribution.db import transaction
from distribution.settings import program
from distribution.withdrawal.tables import Withdrawal
from tests.functional.conftest import log_in
from tests.functional.console_client import ConsoleClient, last_act
from tests.functional.console_world import ConsoleWorld
from tests.functional.test_console_settings import _form as settings_form
from tests.functional.test_portal_withdrawals import add_account, form
from tests.letters import letters

Console = Callable[[str], ConsoleClient]


@pytest.fixture
def ada(console_app: Flask, shop: ConsoleWorld) -> FlaskClient:
    client = console_app.test_client()
    log_in(client, shop.world.hero_email)
    return client


@pytest.fixture
def rules(lived_in_engine: Engine, console_app: Flask) -> Callable[..., None]:
    def put(**changes: object) -> None:
        empty = {"fee_fixed_minor": {}, "fee_bps": 0, "fee_maximum_minor": {}, "weekdays": []}
        empty |= {"days_of_month": [], "processing_days": None, "second_person_above_minor": {}}
        with transaction(lived_in_engine) as session:
            program.change(
                session, {"withdrawal": empty | changes}, actor="merchant:x", now=datetime.now(UTC)
            )
        console_app.extensions["program"].forget()

    put()
    return put


def text_of(client: FlaskClient, path: str) -> str:
    return unescape(client.get(path).get_data(as_text=True))


def newest(engine: Engine) -> Withdrawal:
    with Session(engine) as session:
        return session.scalars(select(Withdrawal).order_by(Withdrawal.id.desc()).limit(1)).one()


def asked(ada: FlaskClient, engine: Engine, amount: str = "3.00") -> UUID:
    assert ada.post("/withdrawals", data=form(ada, amount=amount)).status_code == 303
    return newest(engine).id


def test_what_is_left_is_shown_before_it_is_asked_for(
    ada: FlaskClient, rules: Callable[..., None], lived_in_engine: Engine
) -> None:
    rules(fee_fixed_minor={"USD": 30}, fee_bps=250, fee_maximum_minor={"USD": 500}, processing_days=3)
    page = text_of(ada, "/withdrawals?currency=USD")
    assert "$0.30 + 2.5%, at most $5.00" in page
    assert "Within 3 days" in page
    before = newest(lived_in_engine).id
    answer = ada.post("/withdrawals", data=form(ada))
    confirmation = unescape(answer.get_data(as_text=True))
    assert answer.status_code == 200
    assert re.search(r"You get</dt><dd[^>]*>\$4\.58", confirmation)
    assert "Promised by" in confirmation
    assert newest(lived_in_engine).id == before
    fields = dict(re.findall(r'name="(\w+)" (?:type="hidden" )?value="([^"]*)"', confirmation))
    assert fields["fee"] == "42"
    # The fee was raised while they read: they are shown the new one.
    rules(fee_fixed_minor={"USD": 50}, processing_days=3)
    again = ada.post("/withdrawals", data=fields)
    assert (again.status_code, "$4.50" in again.get_data(as_text=True)) == (200, True)
    sent = ada.post("/withdrawals", data=fields | {"fee": "50"})
    assert sent.status_code == 303
    made = newest(lived_in_engine)
    assert (made.amount_minor, made.fee_minor) == (500, 50)
    page = text_of(ada, sent.location)
    assert "You receive" in page
    assert "promised by" in page


def test_an_amount_the_fee_would_eat_is_refused_beside_the_field(
    ada: FlaskClient, rules: Callable[..., None]
) -> None:
    rules(fee_fixed_minor={"USD": 500})
    answer = ada.post("/withdrawals", data=form(ada))
    assert answer.status_code == 422
    assert "The fee of $5.00 would leave nothing of it." in answer.get_data(as_text=True)


def test_outside_the_window_the_page_says_when_the_next_one_opens(
    ada: FlaskClient, rules: Callable[..., None]
) -> None:
    data = form(ada)
    closed = (datetime.now(UTC) + timedelta(days=2)).isoweekday()
    rules(weekdays=[closed])
    page = text_of(ada, "/withdrawals?currency=USD")
    assert "No withdrawals are taken today. You can ask from" in page
    assert 'name="amount"' not in page
    answer = ada.post("/withdrawals", data=data)
    assert answer.status_code == 422


def test_another_account_waits_and_the_address_on_file_is_told(
    ada: FlaskClient, rules: Callable[..., None], lived_in_engine: Engine
) -> None:
    assert add_account(ada) == 303
    page = text_of(ada, "/account")
    assert "Can receive payouts from" in page
    choices = re.findall(r'<option [^>]*value="([^"]+)">([^<]+)<', text_of(ada, "/withdrawals?currency=USD"))
    assert [("from" in label) for _, label in choices] == [False, True]
    answer = ada.post("/withdrawals", data=form(ada, method_id=choices[1][0]))
    assert answer.status_code == 422
    assert "For your safety, it can receive payouts from" in answer.get_data(as_text=True)
    with Session(lived_in_engine) as session:
        assert len(letters(session, "method_added")) == 2


def test_a_large_amount_is_approved_by_two_people(
    console: Console, ada: FlaskClient, rules: Callable[..., None], lived_in_engine: Engine
) -> None:
    rules(second_person_above_minor={"USD": 200})
    key = asked(ada, lived_in_engine)
    path = f"/console/withdrawals/{key}"
    owner, finance = console("owner"), console("finance")
    assert "Takes two" in owner.page("/console/withdrawals")
    assert "Approve as the first" in owner.page(path)
    assert "it takes one more of you" in owner.act(f"{path}/approve")
    assert "You approved it." in owner.page(path)
    assert "You approved this one before" in owner.act(f"{path}/approve")
    assert "First of two approvals" in text_of(ada, f"/withdrawals/{key}")
    assert "Take it back" in text_of(ada, f"/withdrawals/{key}")
    assert "Approve as the second" in finance.page(path)
    assert "Approved." in finance.act(f"{path}/approve")
    assert newest(lived_in_engine).state == "approved"
    assert last_act(lived_in_engine, "withdrawal.approve_once").subject_id == str(key)


def test_what_is_late_stands_out_and_is_counted(
    console: Console,
    ada: FlaskClient,
    rules: Callable[..., None],
    lived_in_engine: Engine,
    console_app: Flask,
) -> None:
    rules(processing_days=1)
    key = asked(ada, lived_in_engine)
    metrics = console_app.test_client().get("/metrics").get_data(as_text=True)
    assert "distribution_withdrawals_overdue 0.0" in metrics
    assert re.search(r'distribution_withdrawals_open\{state="requested"\} [1-9]', metrics)
    assert "promised by" in console("finance").page("/console/withdrawals")
    with lived_in_engine.begin() as connection:
        connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
        connection.exec_driver_sql(
            "UPDATE distribution.withdrawals SET requested_at = requested_at - interval '3 days',"
            f" due_at = due_at - interval '2 days' WHERE id = '{key}'"
        )
    page = console("finance").page("/console/withdrawals")
    assert "Overdue" in page
    assert "1 withdrawal is not paid by the time it was promised." in page
    assert "and not paid yet" in console("finance").page(f"/console/withdrawals/{key}")
    assert "This is taking longer than promised." in text_of(ada, f"/withdrawals/{key}")
    metrics = console_app.test_client().get("/metrics").get_data(as_text=True)
    assert "distribution_withdrawals_overdue 1.0" in metrics


def test_the_rules_are_set_in_the_console(
    console: Console, rules: Callable[..., None], lived_in_engine: Engine
) -> None:
    owner = console("owner")
    form = settings_form(owner.page("/console/program")) | {
        "charges-0-currency": "USD",
        "charges-0-fee_fixed": "0.30",
        "charges-0-fee_maximum": "5",
        "charges-0-second_person_above": "1000",
        "fee_percent": "2,5",
        "taken_weekdays": ["1", "5"],
        "taken_days": "1–5, 15",
        "processing_days": "3",
        "processing_on_working_days": "y",
        "cooling_days": "7",
    }
    assert "in force" in owner.act("/console/program", form)
    with Session(lived_in_engine) as session:
        found = program.read(session).withdrawal
    assert (found.fee_fixed_minor, found.fee_bps, found.fee_maximum_minor) == ({"USD": 30}, 250, {"USD": 500})
    assert (found.weekdays, found.days_of_month) == ([1, 5], [1, 2, 3, 4, 5, 15])
    assert (found.processing_days, found.processing_on_working_days, found.cooling_days) == (3, True, 7)
    assert found.second_person_above_minor == {"USD": 100_000}
    page = owner.page("/console/program")
    assert 'value="2.5"' in page
    assert 'value="1–5, 15"' in page


@pytest.mark.parametrize(
    "wrong, words",
    [
        ({"fee_percent": "100"}, "Enter a percentage below 100, like 2.5."),
        ({"fee_percent": "two"}, "Enter a percentage below 100, like 2.5."),
        ({"taken_days": "0"}, "Enter days like 1–5, 15."),
        ({"taken_days": "5-"}, "Enter days like 1–5, 15."),
        ({"taken_days": "9-3"}, "Enter days like 1–5, 15."),
        ({"taken_days": "32"}, "Enter days like 1–5, 15."),
        ({"processing_days": "91"}, "From 1 to 90 days."),
        ({"cooling_days": "-1"}, "From 0 to 90 days."),
        ({"charges-0-fee_fixed": "ten"}, "Enter an amount like 25.00."),
        ({"charges-0-fee_fixed": "6", "charges-0-fee_maximum": "5"}, "Check the fees"),
        ({"charges-1-currency": "QQQ", "charges-1-second_person_above": "5"}, "Enter the code of a currency"),
    ],
)
def test_rules_that_cannot_be_are_refused_beside_the_field(
    console: Console, wrong: dict[str, str], words: str
) -> None:
    owner = console("owner")
    form = settings_form(owner.page("/console/program")) | {"charges-0-currency": "USD"} | wrong
    answer = owner.send("/console/program", form)
    assert answer.status_code == 422
    assert words in unescape(answer.get_data(as_text=True))
