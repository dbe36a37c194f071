"""The team page: what a row tells, also on a phone; nothing of it is somebody else's or a ranking by heads."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine

from distribution.db import transaction
from tests.factories import a_distributor
from tests.functional.conftest import log_in, token_of
from tests.functional.world import PASSWORD


def _rows(page: str) -> list[str]:
    return re.findall(r'<tr>\s*<td class="cell-main">.*?</tr>', page, flags=re.DOTALL)


def test_a_phone_shows_sales_and_what_they_brought(hero: FlaskClient) -> None:
    rows = _rows(hero.get("/team").get_data(as_text=True))
    assert len(rows) == 5
    for row in rows:
        below_the_name = " ".join(re.findall(r'<span class="cell-meta">(.*?)\n', row, flags=re.DOTALL))
        sales = re.search(r'data-label="Sales"><span><span class="money ">([^<]+)<', row)
        assert sales is not None
        assert sales[1] in below_the_name
        assert "brought you" in row
        assert "depth 2" in row


def test_the_tree_opens_without_scripts_and_tells_what_the_list_tells(hero: FlaskClient) -> None:
    listed = hero.get("/team").get_data(as_text=True)
    tree = hero.get("/team?view=tree").get_data(as_text=True)
    assert "<details" in tree
    assert "Grace H." in tree
    assert "Hopper" not in tree
    for amount in re.findall(r'data-label="Sales"><span><span class="money ">([^<]+)<', listed):
        assert amount in tree


def test_the_tree_of_somebody_else_is_refused(hero: FlaskClient) -> None:
    assert hero.get("/team?view=tree&of=00000000-0000-7000-8000-000000000001").status_code == 404


def _contact(client: FlaskClient, value: str, *, kind: str = "phone", **ticked: str) -> int:
    form = {"csrf_token": token_of(client, "/account"), "kind": kind, "contact": value, **ticked}
    return client.post("/account/contact", data=form).status_code


def test_a_contact_is_shown_to_whom_it_was_ticked_for(portal: Flask, engine: Engine) -> None:
    with transaction(engine) as session:
        sponsor = a_distributor(session, name="Ada Lovelace", email="ada@example.com", password=PASSWORD)
        me = a_distributor(
            session, name="Tom Baker", email="tom@example.com", password=PASSWORD, sponsor=sponsor
        )
        me.joined_at = datetime.now(UTC) - timedelta(days=20)
    above, below = portal.test_client(), portal.test_client()
    log_in(above, "ada@example.com")
    log_in(below, "tom@example.com")
    before = below.get("/team").get_data(as_text=True)
    assert "Your sponsor" in before
    assert "Ada L." in before
    assert "They show no contact." in before
    assert "Lovelace" not in before
    assert _contact(above, "not a number", to_recruits="y") == 422
    assert _contact(above, "+44 20 7946 0000", to_recruits="y") == 303
    assert 'href="tel:+442079460000"' in below.get("/team").get_data(as_text=True)
    helping = above.get("/team").get_data(as_text=True)
    assert "not clicked yet" in helping
    assert "tel:" not in helping
    assert _contact(below, "tom@example.com", kind="email", to_sponsor="y") == 303
    assert "mailto:tom@example.com" in above.get("/team").get_data(as_text=True)
    assert _contact(above, "+44 20 7946 0000") == 303
    assert "tel:" not in below.get("/team").get_data(as_text=True)


def test_growth_stands_beside_the_team(hero: FlaskClient) -> None:
    page = hero.get("/team").get_data(as_text=True)
    assert "0 new this month" in page
    assert "Month before" in page
    assert 'role="img"' in page
