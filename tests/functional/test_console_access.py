"""Nobody gets into the console, and nothing in it happens, without the login and the role for it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask, url_for
from sqlalchemy import Engine
from werkzeug.routing import Rule

from distribution.db import transaction
from distribution.settings.merchants import by_email, change_role
from portal.console.guard import LONGEST_SESSION
from portal.console.roles import Act
from tests.functional.conftest import log_in
from tests.functional.console_client import ConsoleClient, last_act
from tests.functional.console_world import PASSWORD

Console = Callable[[str], ConsoleClient]
OPEN = {"console.login", "console.passkey_login", "console.second_step", "console.logout"}
_ANY = "00000000-0000-7000-8000-000000000000"


def _rules(app: Flask, method: str) -> Iterator[tuple[Rule, str]]:
    for rule in app.url_map.iter_rules():
        if rule.endpoint.startswith("console.") and method in (rule.methods or ()):
            values = {"distributor_id": _ANY, "merchant_id": _ANY, "run_id": _ANY, "statement_id": _ANY}
            values |= {
                "adjustment_id": _ANY,
                "withdrawal_id": _ANY,
                "file_id": _ANY,
                "session_id": _ANY,
                "identity_id": _ANY,
                "provider_id": _ANY,
                "material_id": _ANY,
                "announcement_id": _ANY,
                "passkey_id": _ANY,
                "device_id": _ANY,
                "version_id": _ANY,
                "account_id": 1,
                "draft_id": _ANY,
                "simulation_id": _ANY,
                "order_id": 1,
                "number": 1,
                "source": "saleor",
                "external_id": "x",
            }
            with app.test_request_context():
                url = url_for(rule.endpoint, **{name: values.get(name, "suspend") for name in rule.arguments})
            yield rule, url


def test_a_stranger_is_sent_to_the_login_by_every_address(console_app: Flask) -> None:
    client = console_app.test_client()
    seen = 0
    for method in ("GET", "POST"):
        for rule, url in _rules(console_app, method):
            if rule.endpoint in OPEN:
                continue
            answer = client.open(url, method=method)
            # A form of a stranger has no token either: refused before anything is looked at.
            assert answer.status_code == (303 if method == "GET" else 400), url
            if method == "GET":
                assert answer.location.startswith("/console/login"), url
            seen += 1
    assert seen > 50


def test_every_act_names_who_may_do_it(console_app: Flask) -> None:
    for rule, _ in _rules(console_app, "POST"):
        view = console_app.view_functions[rule.endpoint]
        assert (
            getattr(view, "needed_acts", ())
            or getattr(view, "own_account", False)
            or getattr(view, "open_to_strangers", False)
        ), rule.endpoint
        assert all(isinstance(act, Act) for act in getattr(view, "needed_acts", ()))


def test_who_may_only_read_changes_nothing(console: Console, console_app: Flask) -> None:
    reader = console("read_only")
    token = reader.token("/console/account")
    for rule, url in _rules(console_app, "POST"):
        own = getattr(console_app.view_functions[rule.endpoint], "own_account", False)
        if own or rule.endpoint in OPEN:
            continue
        answer = reader.browser.post(url, data={"csrf_token": token})
        assert answer.status_code == 403, url


@pytest.mark.parametrize(
    "role, path, status",
    [
        ("support", "/console/settlements", 403),
        ("support", "/console/withdrawals", 403),
        ("support", "/console/applications", 303),
        ("finance", "/console/applications", 403),
        ("finance", "/console/withdrawals", 303),
        ("finance", "/console/people", 403),
        ("finance", "/console/tokens", 403),
        ("support", "/console/plan/drafts", 403),
        ("finance", "/console/plan/drafts", 303),
        ("support", "/console/plan/simulations", 403),
        ("support", "/console/program", 403),
    ],
)
def test_each_role_has_its_acts(console: Console, role: str, path: str, status: int) -> None:
    client = console(role)
    assert client.send(path, page="/console/account").status_code == status


def test_a_form_without_its_token_is_refused(console: Console) -> None:
    assert console("owner").browser.post("/console/settlements").status_code == 400


def test_signing_in_gives_a_fresh_session_and_is_on_the_audit_log(
    console_app: Flask, lived_in_engine: Engine
) -> None:
    client = ConsoleClient(console_app)
    client.page("/console/login")
    before = client.browser.get_cookie("session")
    assert client.sign_in("support").location == "/console/"
    after = client.browser.get_cookie("session")
    assert before is not None
    assert after is not None
    assert before.value != after.value
    with client.browser.session_transaction() as session:
        assert set(session) >= {"since", "_user_id"}
        assert "csrf_token" not in session
    assert last_act(lived_in_engine, "merchant.sign_in").actor.startswith("merchant:")


def test_a_wrong_password_says_nothing_about_the_account(console_app: Flask) -> None:
    client = ConsoleClient(console_app)
    known = client.sign_in("owner", "not the password")
    unknown = client.send(
        "/console/login",
        {"email": "nobody@shop.example", "password": "not the password"},
        page="/console/login",
    )
    assert known.status_code == unknown.status_code == 422
    assert "E-mail address or password is wrong." in known.get_data(as_text=True)
    assert "E-mail address or password is wrong." in unknown.get_data(as_text=True)


def test_guessing_is_slowed_down(console_app: Flask) -> None:
    client = ConsoleClient(console_app)
    tries = [
        client.send(
            "/console/login", {"email": "guessed@shop.example", "password": "x" * 12}, page="/console/login"
        ).status_code
        for _ in range(10)
    ]
    assert tries[:8] == [422] * 8
    assert tries[-1] == 429


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example", "/\\evil.example"])
def test_the_way_back_stays_here(console_app: Flask, target: str, console: Console) -> None:
    answer = console("owner").browser.get("/console/login", query_string={"next": target})
    assert answer.status_code == 303
    assert answer.location == "/console/"


def test_another_role_ends_the_session(console_app: Flask, lived_in_engine: Engine) -> None:
    client = ConsoleClient(console_app)
    client.sign_in("finance")
    for role in ("support", "finance"):
        with transaction(lived_in_engine) as session:
            person = by_email(session, "finance@shop.example")
            assert person is not None
            change_role(session, person.id, role=role, actor="job:test", now=datetime.now(UTC))
    assert client.browser.get("/console/").status_code == 303


def test_a_session_ends_after_a_working_day(console_app: Flask) -> None:
    client = ConsoleClient(console_app)
    client.sign_in("owner")
    with client.browser.session_transaction() as session:
        session["since"] = (datetime.now(UTC) - LONGEST_SESSION - timedelta(minutes=1)).isoformat()
    assert client.browser.get("/console/").location.startswith("/console/login")


def test_a_new_password_ends_every_other_session(console_app: Flask) -> None:
    here, elsewhere = ConsoleClient(console_app), ConsoleClient(console_app)
    here.sign_in("support")
    elsewhere.sign_in("support")
    new = "another long password"
    wrong = here.send(
        "/console/account", {"current": "wrong", "password": new, "again": new}, page="/console/account"
    )
    assert wrong.status_code == 422
    assert "E-mail address or password is wrong." in wrong.get_data(as_text=True)
    page = here.act(
        "/console/account", {"current": PASSWORD, "password": new, "again": new}, page="/console/account"
    )
    assert "Your password is changed." in page
    assert elsewhere.browser.get("/console/").status_code == 303
    here.act(
        "/console/account", {"current": new, "password": PASSWORD, "again": PASSWORD}, page="/console/account"
    )


def test_a_distributor_is_a_stranger_here(console_app: Flask) -> None:
    client = console_app.test_client()
    log_in(client, "ada@example.com")
    assert client.get("/console/").location.startswith("/console/login")
