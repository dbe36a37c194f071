"""A language that a shop brings as a folder: every page and notice answers, where it has no words in English."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine

from distribution.notice.words import LANGUAGES, language_of
from distribution.notice.words.catalogues import VARIABLE
from portal.app import create_app
from tests.functional.conftest import LivePortal
from tests.functional.test_portal_pages import PAGES, PUBLIC
from tests.third_language import bring_german

ACCOUNT_PAGES = (
    "/account/notices", "/account/security", "/account/data", "/account/tax", "/notices", "/posters", "/materials",
)  # fmt: skip


@pytest.fixture(autouse=True)
def german(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A shop that brings some German."""
    monkeypatch.setenv(VARIABLE, str(bring_german(tmp_path)))


@pytest.fixture
def client(german: None, live_portal: LivePortal, lived_in_engine: Engine) -> FlaskClient:
    """A browser at a portal that was started with the folder."""
    app = create_app(live_portal.app.extensions["settings"], lived_in_engine, testing=True)
    client = app.test_client()
    client.set_cookie("language", "de")
    return client


@pytest.fixture
def inside(client: FlaskClient, hero_session: str) -> FlaskClient:
    """That browser, logged in."""
    client.set_cookie("session", hero_session)
    return client


@pytest.mark.parametrize("path", PUBLIC)
def test_a_public_page_answers(client: FlaskClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 200
    assert '<html lang="de"' in answer.get_data(as_text=True)


def test_every_page_of_a_distributor_answers(inside: FlaskClient) -> None:
    for path in (*PAGES, *ACCOUNT_PAGES, "/offline", "/manifest.webmanifest"):
        assert inside.get(path, follow_redirects=True).status_code == 200, path
    page = inside.get("/earnings").get_data(as_text=True)
    assert "Provisionen" in page
    assert "Matured" in page


def test_it_is_offered_by_its_own_name_and_chosen_by_the_browser(client: FlaskClient) -> None:
    client.delete_cookie("language")
    page = client.get("/login", headers={"Accept-Language": "de-AT"}).get_data(as_text=True)
    assert '<html lang="de"' in page
    assert "Anmelden" in page
    for name in ("Deutsch", "English", "简体中文"):
        assert name in page
    assert "no-language" not in page


def test_notices_are_put_into_its_words_where_they_fit() -> None:
    assert LANGUAGES["de"].kinds["sale"].title == "Neuer Verkauf: {amount}"
    assert LANGUAGES["de"].kinds["password_changed"].title == "Your password was changed"
    assert LANGUAGES["de"].topics["sales"] == ("Verkäufe", "Someone bought through your link.")


def test_a_reader_is_written_to_in_theirs_or_one_like_it() -> None:
    assert [language_of(each) for each in ("de", "de_CH", "de-AT", "zh_CN", "zh", "fr", "", None)] == [
        "de", "de", "de", "zh_Hans", "zh_Hans", "en", "en", "en",
    ]  # fmt: skip
