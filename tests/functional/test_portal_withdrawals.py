"""A distributor asks for money."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient

from tests.functional.conftest import LivePortal, token_of

ACCOUNT = {"holder": "Ada Lovelace", "account": "DE89 3704 0044 0532 0130 00", "bank": "Testbank"}


def add_account(client: FlaskClient) -> int:
    data = {"csrf_token": token_of(client, "/account"), **ACCOUNT}
    return client.post("/account/methods", data=data).status_code


def form(client: FlaskClient, **changes: str) -> dict[str, str]:
    page = client.get("/withdrawals?currency=USD").get_data(as_text=True)
    fields = dict(re.findall(r'<input id="\w+" name="(\w+)" type="hidden" value="([^"]*)">', page))
    method = re.search(r'<option (?:selected )?value="([^"]+)">', page)
    return {**fields, "method_id": method[1] if method else "", "amount": "5.00", **changes}


def balance(client: FlaskClient) -> str:
    found = re.search(
        r'figure-xl"><span class="money ">([^<]+)<',
        client.get("/withdrawals?currency=USD").get_data(as_text=True),
    )
    assert found is not None
    return found[1]


def test_asking_twice_by_the_same_form_is_asking_once(hero: FlaskClient) -> None:
    assert add_account(hero) == 303
    before = balance(hero)
    data = form(hero)
    first, second = hero.post("/withdrawals", data=data), hero.post("/withdrawals", data=data)
    assert first.headers["Location"] == second.headers["Location"]
    assert balance(hero) != before
    page = hero.get(first.headers["Location"]).get_data(as_text=True)
    assert "Waiting for approval" in page
    assert "Testbank •••• 3000" in page
    cancel = first.headers["Location"] + "/cancel"
    hero.post(cancel, data={"csrf_token": token_of(hero, first.headers["Location"])})
    assert "Cancelled" in hero.get(first.headers["Location"]).get_data(as_text=True)
    assert balance(hero) == before


@pytest.mark.parametrize(
    "amount, words",
    [
        ("999999", "more than is available"),
        ("0", "less than the smallest"),
        ("ten", "amount like 25.00"),
        ("-5", "less than"),
    ],
)
def test_an_amount_that_cannot_be(hero: FlaskClient, amount: str, words: str) -> None:
    add_account(hero)
    answer = hero.post("/withdrawals", data=form(hero, amount=amount))
    assert answer.status_code == 422
    assert words in answer.get_data(as_text=True)


def test_an_account_is_never_shown_whole(hero: FlaskClient) -> None:
    assert add_account(hero) == 303
    page = hero.get("/account").get_data(as_text=True)
    assert "•••• 3000" in page
    assert "37040044" not in page


def test_a_withdrawal_of_others_is_not_there(hero: FlaskClient, live_portal: LivePortal) -> None:
    add_account(hero)
    path = hero.post("/withdrawals", data=form(hero)).headers["Location"]
    stranger = live_portal.app.test_client()
    assert stranger.get(path).status_code == 303
    assert stranger.post(path + "/cancel").status_code in {303, 400}
