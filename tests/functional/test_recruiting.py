"""The recruiting page: the sponsor by a part of their name, what a sale brings, the questions, the source."""

from __future__ import annotations

import io

import zxingcpp
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import Engine

from distribution.db import transaction
from distribution.network import find
from distribution.settings import program
from tests.factories import ACTOR, EARLY, a_distributor
from tests.functional.conftest import token_of

QUESTIONS = [
    {"label": "Where do you share?", "kind": "line", "required": True},
    {"label": "Your page", "kind": "link"},
    {"label": "How many follow you?", "kind": "choice", "choices": ["below 1000", "more"]},
    {"label": "I am of age", "kind": "tick", "required": True},
]
ANSWERS = {"answer_0": "Garden club", "answer_1": "https://me.example/x", "answer_2": "more", "answer_3": "y"}


def _program(engine: Engine) -> None:
    with transaction(engine) as session:
        program.change(session, {"questions": QUESTIONS}, actor=ACTOR, now=EARLY)
        a_distributor(session, name="Ada Lovelace", code="ADA")


def _apply(client: FlaskClient, path: str, **fields: str) -> int:
    data = {
        "csrf_token": token_of(client, path),
        "name": "Grace Hopper",
        "email": "grace@example.com",
        "password": "three plain words",
        "accept": "y",
        "terms_version": "1",
        **fields,
    }
    return client.post(path, data=data).status_code


def test_the_page_says_who_invites_and_what_a_sale_brings(client: FlaskClient, engine: Engine) -> None:
    _program(engine)
    page = client.get("/join/ada").get_data(as_text=True)
    for words in (
        "Ada L. invites you.",
        "never for inviting you",
        "$10.00",
        "/rules?join=ADA",
        "How many follow you?",
    ):
        assert words in page, words
    assert "Lovelace" not in page


def test_answers_and_source_are_kept(client: FlaskClient, engine: Engine) -> None:
    _program(engine)
    assert _apply(client, "/join/ADA?via=qr", **ANSWERS) == 303
    with transaction(engine) as session:
        person = find.by_email(session, "grace@example.com")
        assert person is not None
        assert person.application is not None
        assert person.application["source"] == "qr"
        assert person.application["answers"] == {
            "Where do you share?": "Garden club",
            "Your page": "https://me.example/x",
            "How many follow you?": "more",
            "I am of age": "yes",
        }


def test_a_missing_or_impossible_answer_is_said_beside_its_question(
    client: FlaskClient, engine: Engine
) -> None:
    _program(engine)
    assert _apply(client, "/register", **(ANSWERS | {"answer_1": "me"})) == 422
    assert _apply(client, "/register", answer_2="more") == 422
    with transaction(engine) as session:
        assert find.by_email(session, "grace@example.com") is None


def test_the_qr_code_leads_to_the_page_and_says_so(client: FlaskClient, engine: Engine) -> None:
    _program(engine)
    picture = Image.open(io.BytesIO(client.get("/join/ADA/qr.png").data))
    [found] = zxingcpp.read_barcodes(picture)
    assert found.text == "http://localhost/join/ADA?via=qr"
    assert client.get("/join/ADA/qr.svg").headers["Cache-Control"].startswith("public")
    assert client.get("/join/NOBODY/qr.png").status_code == 404
