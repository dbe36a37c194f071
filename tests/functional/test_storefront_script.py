"""The script as the portal serves it: small, cached, with the program's own settings."""

from __future__ import annotations

import gzip
import json
import re
from datetime import UTC, datetime

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from distribution.db import create_engine, transaction
from distribution.settings import program
from distribution.settings.document import ProgramSettings
from portal.app import create_app
from tests.functional.conftest import portal_settings

PACKED = {"Accept-Encoding": "gzip"}
MOST_BYTES = 3000


def told(body: bytes) -> dict[str, object]:
    """What the script says of the program."""
    found = re.search(r"const program = ({.*?});", body.decode())
    assert found
    answer: dict[str, object] = json.loads(found[1])
    return answer


def change(engine: Engine, **changes: object) -> None:
    """Change the program's settings, as the console would."""
    with transaction(engine) as session:
        program.change(session, changes, actor="test", now=datetime.now(UTC))


@pytest.mark.usefixtures("session")
def test_it_is_served_compressed_below_three_kilobytes(client: FlaskClient) -> None:
    answer = client.get("/referral.js", headers=PACKED)
    assert answer.headers["Content-Encoding"] == "gzip"
    assert answer.headers["Vary"] == "Accept-Encoding"
    assert len(answer.data) < MOST_BYTES
    assert gzip.decompress(answer.data) == client.get("/referral.js").data


@pytest.mark.usefixtures("session")
def test_any_origin_may_load_it_and_check_what_it_loaded(client: FlaskClient) -> None:
    answer = client.get("/referral.js")
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert answer.mimetype == "text/javascript"
    assert "Set-Cookie" not in answer.headers


@pytest.mark.usefixtures("session")
def test_who_has_it_already_is_told_so(client: FlaskClient) -> None:
    first = client.get("/referral.js", headers=PACKED)
    again = client.get("/referral.js", headers=PACKED | {"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert first.headers["Cache-Control"] == "public, max-age=86400, stale-while-revalidate=604800"


@pytest.mark.usefixtures("session")
def test_by_its_digest_it_is_kept_for_ever(client: FlaskClient) -> None:
    digest = client.get("/referral.js").headers["ETag"].removeprefix("W/").strip('"')
    assert "immutable" in client.get(f"/referral.js?v={digest}").headers["Cache-Control"]
    assert "immutable" not in client.get("/referral.js?v=another").headers["Cache-Control"]


def test_the_program_decides_what_its_tag_does_not_say(
    client: FlaskClient, session: Session, engine: Engine
) -> None:
    before = client.get("/referral.js").headers["ETag"]
    session.close()
    change(
        engine,
        attribution={"window_days": 7, "touch": "first"},
        metadata={"referral_code": "von", "referral_click": 'a "click"'},
    )
    client.application.extensions["program"].forget()
    answer = client.get("/referral.js")
    expected = {"days": 7, "touch": "first", "code_key": "von", "click_key": 'a "click"'}
    assert told(answer.data) == expected
    assert answer.headers["ETag"] != before


@pytest.mark.usefixtures("session")
def test_the_file_in_the_package_says_what_holds_unless_chosen(client: FlaskClient) -> None:
    settings = ProgramSettings()
    assert told(client.get("/referral.js").data) == {
        "days": settings.attribution.window_days,
        "touch": settings.attribution.touch,
        "code_key": settings.metadata.referral_code,
        "click_key": settings.metadata.referral_click,
    }


def test_it_is_served_while_the_database_is_down(redis_url: str) -> None:
    settings = portal_settings("postgresql://nobody@127.0.0.1:9/nothing", redis_url)
    broken = create_engine(settings.database_url)
    answer = create_app(settings, broken, testing=True).test_client().get("/referral.js")
    assert answer.status_code == 200
    assert told(answer.data)["days"] == 30
    assert answer.headers["Cache-Control"] == "public, max-age=60"
