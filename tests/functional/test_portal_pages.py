"""Every page of a distributor: it answers in both languages, safely, and only about what is theirs."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine

from distribution.db import transaction
from portal.app import create_app
from tests.factories import a_distributor
from tests.functional.conftest import LivePortal, log_in, portal_settings, token_of
from tests.functional.queries import queries
from tests.functional.world import PASSWORD

PAGES = (
    "/", "/?days=7", "/?days=90&currency=USD", "/links", "/links?page=/products/mug", "/links?page=https://evil.example/x",
    "/team", "/team?level=2", "/team?level=3&show=active", "/team?q=gra", "/team?view=tree",
    "/orders", "/orders?level=2", "/orders?q=10",
    "/earnings", "/earnings?view=pending", "/earnings?view=released", "/earnings/statements", "/withdrawals",
    "/account", "/account/rules",
)  # fmt: skip
PUBLIC = (
    "/login",
    "/register",
    "/join/ADA",
    "/forgot",
    "/terms",
    "/privacy",
    "/rules",
    "/rules?join=ADA",
    "/sent/confirm",
    "/sent/reset",
)

# Money, dates and percentages as the other language, or a machine, would write them.
_MACHINE = r"\d{4}-\d\d-\d\d\b|\d\.\d{3,}%|\b(?:USD|EUR) ?\d[\d,]*\.\d"
_FOREIGN = {
    "en": re.compile(rf"US\$\d|\d+年|\d+月|\d+天|{_MACHINE}"),
    "zh_Hans": re.compile(rf"(?<!US)\$\d|\b[A-Z][a-z]{{2}} \d{{1,2}}\b|\d+ days?\b|{_MACHINE}"),
}


@pytest.mark.parametrize("language", ["en", "zh_Hans"])
@pytest.mark.parametrize("path", PAGES)
def test_a_page_answers(hero: FlaskClient, path: str, language: str) -> None:
    hero.set_cookie("language", language)
    answer = hero.get(path)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 200
    assert f'<html lang="{"zh-Hans" if language == "zh_Hans" else "en"}"' in page
    _is_clean(page)
    assert _FOREIGN[language].findall(re.sub(r"<[^>]*>", "\n", page.partition("<body>")[2])) == []


def test_the_grade_is_shown(hero: FlaskClient) -> None:
    for path in ("/", "/account"):
        assert "Silver" in hero.get(path).get_data(as_text=True)


@pytest.mark.parametrize("path", PUBLIC)
def test_a_public_page_answers(live_portal: LivePortal, path: str) -> None:
    answer = live_portal.app.test_client().get(path)
    assert answer.status_code == 200
    _is_clean(answer.get_data(as_text=True))


def _is_clean(page: str) -> None:
    """Nothing inline that the Content-Security-Policy would refuse, no name of another person, no leftover."""
    assert "<style" not in page
    assert not re.search(r'\sstyle="', page)
    assert not re.search(r"\son[a-z]+=\"", page)
    assert not re.search(r"<script(?![^>]*\ssrc=)", page)
    assert "Hopper" not in page
    assert "None" not in re.sub(r"<[^>]+>", " ", page)


@pytest.mark.parametrize("path", [path for path in PAGES if "?" not in path])
def test_a_stranger_is_sent_to_log_in_and_comes_back(live_portal: LivePortal, path: str) -> None:
    answer = live_portal.app.test_client().get(path)
    assert answer.status_code == 303
    assert answer.headers["Location"].startswith("/login")
    assert path == "/" or path in answer.headers["Location"].replace("%2F", "/")


def test_answers_carry_the_security_headers(live_portal: LivePortal) -> None:
    headers = live_portal.app.test_client().get("/login").headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cache-Control"] == "private, no-store"


def test_an_order_of_others_is_not_there(hero: FlaskClient, live_portal: LivePortal) -> None:
    own = re.findall(r'href="(/orders/\d+)"', hero.get("/orders").get_data(as_text=True))
    assert own
    assert hero.get(own[0]).status_code == 200
    assert hero.get("/orders/999999").status_code == 404


def test_the_explanation_of_an_order_shows_its_arithmetic(hero: FlaskClient) -> None:
    shipped = re.search(
        r'href="(/orders/\d+)">#\d+</a>', hero.get("/orders?level=1&state=shipped").get_data(as_text=True)
    )
    assert shipped is not None
    page = hero.get(shipped[1]).get_data(as_text=True)
    assert "Rate: 10% on everything" in page
    assert "Price after all discounts, without tax" in page
    assert "÷" in page


def test_paging_reaches_every_order_once(hero: FlaskClient) -> None:
    seen: list[str] = []
    path: str | None = "/orders"
    while path:
        page = hero.get(path).get_data(as_text=True)
        seen += re.findall(r'href="/orders/(\d+)"', page)
        following = re.search(r'rel="next" href="([^"]+)"', page)
        path = following[1].replace("&amp;", "&") if following else None
    assert len(seen) == len(set(seen)) > 20


def test_a_statement_adds_up_and_is_its_owners(hero: FlaskClient, live_portal: LivePortal) -> None:
    path = re.search(
        r'href="(/earnings/statements/[^"]+)"', hero.get("/earnings/statements").get_data(as_text=True)
    )
    assert path is not None
    assert hero.get(path[1]).status_code == 200
    assert hero.get("/earnings/statements/00000000-0000-7000-8000-000000000000").status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        "/nowhere",
        "/orders/abc",
        "/withdrawals/00000000-0000-7000-8000-000000000000",
        "/earnings/tax/99999999999999999999.pdf",
        "/earnings/tax/2147483648.csv",
        "/r/ADA/%00/qr.png",
        "/r/%00/mug/qr.svg",
    ],
)
def test_what_is_not_there_is_said_in_words(hero: FlaskClient, path: str) -> None:
    answer = hero.get(path)
    assert answer.status_code == 404
    assert "Nothing here" in answer.get_data(as_text=True)


def test_machines_are_told_in_json(live_portal: LivePortal) -> None:
    answer = live_portal.app.test_client().get("/nowhere", headers={"Accept": "application/json"})
    assert answer.get_json()["status"] == 404


def test_language_and_theme_are_remembered(live_portal: LivePortal) -> None:
    client = live_portal.app.test_client()
    token = token_of(client, "/login")
    client.post("/preferences/language", data={"csrf_token": token, "language": "zh_Hans", "next": "/login"})
    client.post("/preferences/theme", data={"csrf_token": token, "theme": "dark", "next": "//evil.example"})
    page = client.get("/login").get_data(as_text=True)
    assert "欢迎回来" in page
    assert 'data-theme="dark"' in page


def test_assets_are_kept_for_ever_and_small(live_portal: LivePortal) -> None:
    client = live_portal.app.test_client()
    page = client.get("/login").get_data(as_text=True)
    sizes = 0
    for address in set(re.findall(r'(?:href|src)="(/assets/[^"#]+)', page)):
        answer = client.get(address, headers={"Accept-Encoding": "gzip"})
        assert answer.status_code == 200
        assert "immutable" in answer.headers["Cache-Control"]
        sizes += len(answer.data)
    assert sizes < 120_000


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/links",
        "/team",
        "/team?view=tree",
        "/orders",
        "/orders?state=shipped&from=2026-01-01",
        "/earnings",
        "/withdrawals",
        "/pulse",
    ],
)
def test_a_page_asks_the_database_little(hero: FlaskClient, lived_in_engine: Engine, path: str) -> None:
    hero.get(path)
    # Every few seconds a page reads the program's settings too.
    hero.application.extensions["program"].forget()
    with queries(lived_in_engine) as statements:
        assert hero.get(path).status_code == 200
    assert 1 <= len(statements) <= 8, statements


def test_health(live_portal: LivePortal) -> None:
    client = live_portal.app.test_client()
    assert client.get("/healthz").data == b"ok\n"
    assert client.get("/readyz").get_json() == {"database": True, "queue": True}


def test_what_it_measures_is_for_this_machine_without_a_token(live_portal: LivePortal) -> None:
    client = live_portal.app.test_client()
    assert b"portal_requests_total" in client.get("/metrics").data
    elsewhere = client.get("/metrics", environ_base={"REMOTE_ADDR": "203.0.113.9"})
    handed_on = client.get("/metrics", headers={"X-Forwarded-For": "203.0.113.9"})
    assert [answer.status_code for answer in (elsewhere, handed_on)] == [403, 403]
    assert b"portal_requests_total" not in elsewhere.data + handed_on.data


def test_what_it_measures_is_for_whoever_has_the_token(
    lived_in_engine: Engine, module_database_url: str, redis_server_url: str
) -> None:
    token = "a-token-of-twenty-characters"
    settings = portal_settings(module_database_url, redis_server_url, metrics_token=token)
    client = create_app(settings, lived_in_engine, testing=True).test_client()
    for headers, status in (
        ({}, 401),
        ({"Authorization": "Bearer another-token-altogether"}, 401),
        ({"Authorization": "Basic YTpi"}, 401),
        ({"Authorization": f"Bearer {token}"}, 200),
    ):
        from_far = {"REMOTE_ADDR": "203.0.113.9"}
        assert client.get("/metrics", headers=headers, environ_base=from_far).status_code == status, headers


def test_changing_the_password_ends_other_sessions(live_portal: LivePortal, lived_in_engine: Engine) -> None:
    with transaction(lived_in_engine) as session:
        a_distributor(session, email="changes@example.com", password=PASSWORD)
    here, elsewhere = live_portal.app.test_client(), live_portal.app.test_client()
    for client in (here, elsewhere):
        log_in(client, "changes@example.com")
    data = {
        "csrf_token": token_of(here, "/account"),
        "current": PASSWORD,
        "password": "another long password",
    }
    assert here.post("/account/password", data=data).status_code == 303
    assert here.get("/account").status_code == 200
    assert elsewhere.get("/account").status_code == 303


def test_a_distributor_invites_by_a_mail_of_their_own(hero: FlaskClient) -> None:
    page = hero.get("/team").get_data(as_text=True)
    assert 'href="mailto:?subject=' in page
    assert "via%3Dmail" in page
