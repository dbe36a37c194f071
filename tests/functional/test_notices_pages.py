"""The inbox, what is chosen about notices, unsubscribing, announcements: without a script, in both languages."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine

from distribution.announcement.audience import tell_announcement
from distribution.announcement.tables import Announcement
from distribution.db import transaction
from distribution.network.tables import Distributor
from distribution.notice import inbox, tell
from distribution.notice.choices import choices
from distribution.notice.kinds import EMAIL, PUSH, SALES, SECURITY, TEAM
from distribution.notice.unsubscribe import token
from tests.factories import a_distributor
from tests.functional.conftest import log_in, token_of
from tests.functional.console_client import ConsoleClient
from tests.functional.world import PASSWORD

EMAIL_ADDRESS = "ada@example.com"
SECRET = "a secret that only tests have, long enough"


@pytest.fixture
def ada(engine: Engine) -> Distributor:
    with transaction(engine) as session:
        return a_distributor(session, name="Ada Lovelace", email=EMAIL_ADDRESS, password=PASSWORD)


@pytest.fixture
def inside(client: FlaskClient, ada: Distributor) -> FlaskClient:
    log_in(client, EMAIL_ADDRESS)
    return client


def told(engine: Engine, ada: Distributor, count: int = 1) -> None:
    with transaction(engine) as session:
        for number in range(count):
            facts = {
                "order_id": number,
                "order_number": f"#{number}",
                "amount_minor": 1250,
                "currency": "EUR",
            }
            tell(session, ada.id, "sale", key=f"sale-{number}", facts=facts, now=datetime.now(UTC))


def test_what_is_new_is_counted_until_it_is_read(
    inside: FlaskClient, engine: Engine, ada: Distributor
) -> None:
    assert "No notices yet" in inside.get("/notices").get_data(as_text=True)
    told(engine, ada, 32)
    page = inside.get("/notices").get_data(as_text=True)
    assert "New sale: €12.50" in page
    assert page.count("count-alert") == 2
    [older] = re.findall(r'rel="next" href="([^"]+)"', page)
    assert inside.get(older.replace("&amp;", "&")).get_data(as_text=True).count("New sale") == 2
    [first, *_] = re.findall(r'href="(/notices/[0-9a-f-]{36})"', page)
    assert inside.get(first).headers["Location"].startswith("/orders/")
    with transaction(engine) as session:
        assert len(inbox.page(session, ada.id, unread_only=True, limit=100)) == 31
    inside.post("/notices/read", data={"csrf_token": token_of(inside, "/notices")})
    assert "count-alert" not in inside.get("/notices").get_data(as_text=True)
    assert "Nothing here" in inside.get("/notices?show=unread").get_data(as_text=True)
    assert "Nothing here" in inside.get("/notices?show=team").get_data(as_text=True)
    inside.set_cookie("language", "zh_Hans")
    assert "新订单：€12.50" in inside.get("/notices?show=sales").get_data(as_text=True)


def test_nobody_opens_the_notices_of_another(inside: FlaskClient, engine: Engine) -> None:
    with transaction(engine) as session:
        other = a_distributor(session)
        tell(session, other.id, "suspended", key="s", now=datetime.now(UTC))
        [notice] = inbox.page(session, other.id)
    assert inside.get(f"/notices/{notice.id}").status_code == 404


def test_choices_are_kept_and_what_must_be_known_stays(
    inside: FlaskClient, engine: Engine, ada: Distributor
) -> None:
    page = inside.get("/account/notices").get_data(as_text=True)
    assert re.search(r'name="email.security" checked disabled', page)
    form = {
        "csrf_token": token_of(inside, "/account/notices"),
        "email.team": "on",
        "push.security": "on",
        "quiet": "on",
        "quiet_from": "22",
        "quiet_until": "7",
        "locale": "zh_Hans",
    }
    assert inside.post("/account/notices", data=form).status_code == 303
    with transaction(engine) as session:
        kept = choices(session, [ada.id])[ada.id]
    assert (kept.wants(EMAIL, TEAM), kept.wants(EMAIL, SALES), kept.wants(PUSH, TEAM)) == (True, False, False)
    assert kept.wants(EMAIL, SECURITY)
    assert kept.quiet is not None
    assert (kept.quiet.from_hour, kept.quiet.until_hour) == (22, 7)
    assert "通知设置" in inside.get("/account/notices").get_data(as_text=True)


def test_hours_that_are_none_are_said_beside_them_and_lose_no_choice(
    inside: FlaskClient, engine: Engine, ada: Distributor
) -> None:
    form = {
        "csrf_token": token_of(inside, "/account/notices"),
        "push.team": "on",
        "quiet": "on",
        "quiet_from": "7",
        "quiet_until": "7",
        "locale": "zh_Hans",
    }
    answer = inside.post("/account/notices", data=form)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "Quiet hours cannot begin and end at the same hour." in page
    assert re.search(r'name="push.team" checked', page)
    assert not re.search(r'name="email.sales" checked', page)
    assert page.count('<option value="7" selected>') == 2
    assert '<option value="zh_Hans" selected>' in page
    with transaction(engine) as session:
        assert choices(session, [ada.id])[ada.id].quiet is None


def test_one_click_ends_mails_of_a_topic_without_a_login(
    portal: Flask, client: FlaskClient, engine: Engine, ada: Distributor
) -> None:
    link = f"/unsubscribe/{token(SECRET, ada.id, 'sales')}"
    assert "Stop e-mails about this" in client.get(link).get_data(as_text=True)
    with transaction(engine) as session:
        assert choices(session, [ada.id])[ada.id].wants(EMAIL, SALES)
    # As mailboxes press it: no cookie, no token of a form.
    answer = portal.test_client().post(link, data={"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    with transaction(engine) as session:
        assert not choices(session, [ada.id])[ada.id].wants(EMAIL, SALES)


@pytest.mark.parametrize("forged", ["x", "AAAA", token("another secret", UUID(int=1), "sales")])
def test_a_forged_link_ends_nothing(client: FlaskClient, forged: str) -> None:
    assert client.post(f"/unsubscribe/{forged}").status_code == 404


def test_an_announcement_is_written_looked_at_published_and_withdrawn(
    console: Callable[[str], ConsoleClient], lived_in_engine: Engine
) -> None:
    owner = console("owner")
    form = {
        "title_en": "Tea week",
        "title_zh": "茶周",
        "text_en": "Ten percent more.\n\nUntil Sunday.",
        "text_zh": "佣金多一成。",
        "audience": "all",
        "audience_keys": "",
        "from_at": "",
        "until_at": "",
    }
    path = "/console/announcements/new"
    assert owner.send(path, {**form, "title_zh": ""}, page=path).status_code == 422
    draft = owner.send(path, form, page=path).headers["Location"]
    page = owner.page(draft)
    assert "Tea week" in page
    assert "茶周" in page
    owner.act(f"{draft}/publish", page=draft)
    with transaction(lived_in_engine) as session:
        [found] = session.query(Announcement).filter_by(title_en="Tea week")
        assert found.state == "published"
        assert tell_announcement(session, found.id, now=datetime.now(UTC)) > 0
    assert "Withdrawn" in owner.act(f"{draft}/withdraw", page=draft)
