"""A personal page: handed in, looked at, public, changed while it stays, complained of, taken down."""

from __future__ import annotations

import io
import re
from datetime import UTC, datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import Engine, event, select

from distribution.db import transaction
from distribution.media.own import put_portrait
from distribution.network.shown import change_shown
from distribution.orders.catalogue import Item, keep
from distribution.orders.offers import Offer, keep_offers
from distribution.personal_page import moderate
from distribution.personal_page.tables import PageReport, PageVersion
from distribution.promotion.qr import read_back
from distribution.settings import merchants
from tests.factories import ACTOR, a_distributor
from tests.functional.conftest import log_in, token_of
from tests.functional.world import PASSWORD

NOW = datetime.now(UTC)
OWNER = "owner@shop.example"


@pytest.fixture
def ada(client: FlaskClient, engine: Engine) -> FlaskClient:
    """The browser of a distributor with a portrait and a name to show."""
    picture = io.BytesIO()
    Image.new("RGB", (300, 300), "#0a7557").save(picture, "PNG")
    with transaction(engine) as session:
        person = a_distributor(session, email="ada@example.com", password=PASSWORD, code="ADA")
        change_shown(session, person.id, name="Countess Ada", region="GB", now=NOW)
        put_portrait(session, person.id, picture.getvalue(), now=NOW)
        merchants.create(
            session, email=OWNER, name="Hanna", password=PASSWORD, role="owner", actor=ACTOR, now=NOW
        )
    log_in(client, "ada@example.com")
    return client


def _hand_in(client: FlaskClient, words: str, **more: str) -> int:
    form = {"csrf_token": token_of(client, "/account/page"), "words": words, "act": "submit", **more}
    return client.post("/account/page", data=form).status_code


def _approve(engine: Engine) -> None:
    with transaction(engine) as session:
        waiting = session.scalars(select(PageVersion.id).where(PageVersion.state == "pending")).one()
        moderate.approve(session, waiting, actor=ACTOR, now=NOW)


def test_nobody_sees_a_page_before_it_was_looked_at(ada: FlaskClient, portal: Flask, engine: Engine) -> None:
    assert _hand_in(ada, "I love <b>linen</b>.", found_by_search="y") == 303
    stranger = portal.test_client()
    assert stranger.get("/d/ADA").status_code == 404
    assert stranger.get("/d/ADA/qr.png").status_code == 404
    _approve(engine)
    answer = stranger.get("/d/ada")
    page = answer.get_data(as_text=True)
    assert "I love &lt;b&gt;linen&lt;/b&gt;." in page
    for words in (
        'property="og:title" content="Countess Ada',
        'property="og:image" content="http://localhost/d/ADA/portrait"',
        'name="robots" content="index"',
        'href="http://localhost/r/ADA"',
        "United Kingdom",
        "earns a commission when you buy",
    ):
        assert words in page, words
    assert answer.headers["Cache-Control"] == "public, max-age=300"
    assert "Set-Cookie" not in answer.headers
    assert len(page) < 8_000
    assert 'src="/d/ADA/qr.png"' in page
    code = Image.open(io.BytesIO(stranger.get("/d/ada/qr.png").data))
    assert read_back(code) == {"http://localhost/d/ADA"}
    assert stranger.get("/d/ADA/qr.svg").data.startswith(b"<svg")
    editor = ada.get("/account/page").get_data(as_text=True)
    assert 'href="/d/ADA/qr.png"' in editor
    assert "Lovelace" not in page
    assert stranger.get("/d/ADA/portrait").content_type == "image/jpeg"


def test_what_was_public_stays_while_a_change_waits_or_is_rejected(
    ada: FlaskClient, portal: Flask, engine: Engine
) -> None:
    _hand_in(ada, "First words.")
    _approve(engine)
    _hand_in(ada, "Second words.")
    _hand_in(ada, "Third words.")
    stranger = portal.test_client()
    assert "First words." in stranger.get("/d/ADA").get_data(as_text=True)
    assert stranger.get("/d/ADA").headers["X-Robots-Tag"] == "noindex"
    with transaction(engine) as session:
        waiting = session.scalars(select(PageVersion).where(PageVersion.state == "pending")).one()
        assert waiting.words == "Third words."
        moderate.reject(session, waiting.id, actor=ACTOR, reason="Promises too much.", now=NOW)
    assert "First words." in stranger.get("/d/ADA").get_data(as_text=True)
    assert "Not shown: Promises too much." in ada.get("/account/page").get_data(as_text=True)
    told = ada.get("/notices").get_data(as_text=True)
    assert "Your page was not approved" in told
    assert "Reason: Promises too much." in told
    ada.post("/account/page/withdraw", data={"csrf_token": token_of(ada, "/account/page")})
    assert stranger.get("/d/ADA").status_code == 404


def test_words_and_products_have_limits(ada: FlaskClient) -> None:
    assert _hand_in(ada, "x" * 1001) == 422
    form = {"csrf_token": token_of(ada, "/account/page"), "words": "", "act": "submit"}
    many = {**form, "product": [f"p-{number}" for number in range(9)]}
    assert ada.post("/account/page", data=many).status_code == 422


def test_a_complaint_reaches_the_merchant_who_takes_the_page_down(
    ada: FlaskClient, portal: Flask, engine: Engine
) -> None:
    _hand_in(ada, "Cures everything.")
    _approve(engine)
    stranger = portal.test_client()
    form = {
        "csrf_token": token_of(stranger, "/d/ADA/report"),
        "category": "false",
        "words": "It does not cure.",
    }
    assert stranger.post("/d/ADA/report", data=form | {"category": "mood"}).status_code == 422
    assert stranger.post("/d/ADA/report", data=form).status_code == 303
    owner = portal.test_client()
    signed = {"csrf_token": token_of(owner, "/console/login"), "email": OWNER, "password": PASSWORD}
    assert owner.post("/console/login", data=signed).status_code == 303
    queue = owner.get("/console/pages?queue=reported").get_data(as_text=True)
    assert "It does not cure." in queue
    found = re.search(r'action="(/console/pages/[0-9a-f-]+)"', queue)
    assert found is not None
    act = {
        "csrf_token": token_of(owner, "/console/pages?queue=reported"),
        "act": "take_down",
        "queue": "reported",
    }
    owner.post(found[1], data=act)
    assert stranger.get("/d/ADA").status_code == 200
    owner.post(found[1], data=act | {"reason": "Untrue claims."})
    assert stranger.get("/d/ADA").status_code == 404
    with transaction(engine) as session:
        assert session.scalars(select(PageReport.closed_at)).one() is not None
    told = ada.get("/notices").get_data(as_text=True)
    assert "Your page is public" in told
    assert "Your page was taken down" in told
    assert "Reason: Untrue claims." in told


def test_chosen_products_stay_ticked_beside_those_to_choose_from(ada: FlaskClient, engine: Engine) -> None:
    offers = [
        Offer("product", f"p-{number}", f"mug-{number}", f"Mug {number}", None, 1800, "USD")
        for number in (1, 2, 3)
    ]
    with transaction(engine) as session:
        keep(session, "channel", [Item("us", "America")], began_at=NOW)
        keep_offers(session, "us", "product", offers, began_at=NOW)
    _hand_in(ada, "Words.", product="p-2")
    editor = ada.get("/account/page").get_data(as_text=True)
    assert 'name="product" value="p-2" checked' in editor
    assert 'name="product" value="p-1">' in editor
    assert editor.count('value="p-2"') == 1


def test_more_products_take_no_more_queries(ada: FlaskClient, portal: Flask, engine: Engine) -> None:
    names = [f"p-{number}" for number in range(1, 9)]
    offers = [Offer("product", name, name, name.title(), None, 1800, "USD") for name in names]
    with transaction(engine) as session:
        keep(session, "channel", [Item("us", "America")], began_at=NOW)
        keep_offers(session, "us", "product", offers, began_at=NOW)
    form = {"csrf_token": token_of(ada, "/account/page"), "words": "Words.", "act": "submit"}
    assert ada.post("/account/page", data={**form, "product": names[::-1]}).status_code == 303
    _approve(engine)
    asked: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        asked.append(statement)

    page = portal.test_client().get("/d/ADA").get_data(as_text=True)
    assert re.findall("P-[1-8]", re.sub(r"<[^>]*>", " ", page)) == [name.title() for name in names[::-1]]
    event.listen(engine, "before_cursor_execute", note)
    try:
        portal.test_client().get("/d/ADA")
        public = len(asked)
        ada.get("/account/page")
    finally:
        event.remove(engine, "before_cursor_execute", note)
    assert max(public, len(asked) - public) <= 8, asked
