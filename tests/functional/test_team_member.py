"""The page of one person of the team: for whoever is at most three levels above them, and nobody else."""

from __future__ import annotations

import html
import random
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine

from distribution.commission.accrue import accrue
from distribution.db import transaction
from distribution.leaving.erase import erase
from distribution.network.contact import show_contact
from distribution.network.standing import ACTS, change_standing
from distribution.network.tables import Distributor
from distribution.settings import program
from portal.payouts import cipher
from tests.factories import ACTOR, a_deep_program, a_distributor
from tests.functional.conftest import log_in
from tests.functional.queries import queries
from tests.functional.world import PASSWORD, an_order

NOW = datetime.now(UTC)
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Family:
    """`me` with a chain of four below, a sponsor above, and a sibling with somebody below."""

    ids: dict[str, UUID]
    client: FlaskClient

    def page(self, who: str, query: str = "") -> tuple[int, str]:
        answer = self.client.get(f"/team/{self.ids[who]}{query}")
        return answer.status_code, html.unescape(answer.get_data(as_text=True))


@pytest.fixture
def family(portal: Flask, engine: Engine) -> Family:
    with transaction(engine) as session:
        a_deep_program(session, 9)
        program.change(session, {"time_zone": "Asia/Shanghai"}, actor=ACTOR, now=NOW - 300 * DAY)
        people: dict[str, Distributor] = {}
        for name, full, sponsor in (
            ("above", "Rosa Parks", None),
            ("me", "Ada Lovelace", "above"),
            ("sibling", "Tom Baker", "above"),
            ("niece", "Sofia Rossi", "sibling"),
            ("first", "Grace Hopper", "me"),
            ("second", "王小明", "first"),
            ("third", "Noah Smith", "second"),
            ("fourth", "Yuki Tanaka", "third"),
        ):
            people[name] = a_distributor(
                session,
                name=full,
                email=f"{name}@example.com",
                password=PASSWORD if name == "me" else None,
                code=f"BY-{name.upper()}",
                sponsor=people.get(sponsor or ""),
                now=NOW - 400 * DAY,
            )
        chance = random.Random(3)
        accrue(
            session,
            [
                an_order(
                    str(number),
                    code,
                    state=state,
                    placed_at=NOW - days * DAY,
                    now=NOW,
                    chance=chance,
                    currency=currency,
                )
                for number, (code, state, days, currency) in enumerate(
                    [
                        ("BY-FIRST", "shipped", 1, "USD"),
                        ("BY-FIRST", "shipped", 395, "USD"),
                        ("BY-FIRST", "cancelled", 2, "USD"),
                        ("BY-FIRST", "shipped", 1, "EUR"),
                        ("BY-THIRD", "shipped", 1, "USD"),
                        ("BY-ME", "shipped", 1, "USD"),
                        ("BY-ME", "shipped", 2, "USD"),
                    ]
                )
            ],
            now=NOW,
        )
        ids = {name: person.id for name, person in people.items()}
    client = portal.test_client()
    log_in(client, "me@example.com")
    return Family(ids, client)


def _figure(page: str, label: str) -> str:
    found = re.search(rf'{label}</span>\s*<span class="figure[^"]*">(?:<span class="money ">)?([^<]+)<', page)
    assert found is not None, label
    return found[1]


@pytest.mark.parametrize(
    "who, name, level",
    [
        ("first", "Grace H.", "Invited by you"),
        ("second", "王**", "Second level"),
        ("third", "Noah S.", "Third level"),
    ],
)
def test_three_levels_have_a_page_with_masked_names(family: Family, who: str, name: str, level: str) -> None:
    status, page = family.page(who)
    assert status == 200
    assert f"<h1>{name}</h1>" in page
    assert f"<dd>{level}<br>" in page
    for hidden in ("Hopper", "小明", "Smith", "@example.com", "Tanaka", "Yuki"):
        assert hidden not in page.replace("me@example.com", "")


@pytest.mark.parametrize("who", ["above", "me", "sibling", "niece", "fourth"])
def test_nobody_else_has(family: Family, who: str) -> None:
    assert family.page(who)[0] == 404
    assert family.client.get("/team/00000000-0000-7000-8000-000000000001").status_code == 404


def test_who_left_or_is_erased_has_none(family: Family, engine: Engine, portal: Flask) -> None:
    with transaction(engine) as session:
        change_standing(session, family.ids["first"], ACTS["remove"], actor=ACTOR, now=NOW, reason="a test")
    assert family.page("first")[0] == 404
    status, page = family.page("second")
    assert status == 200
    assert f"/team/{family.ids['first']}" not in page
    with portal.app_context(), transaction(engine) as session:
        erase(session, family.ids["first"], cipher=cipher(), now=NOW)
    assert family.page("first")[0] == 404
    assert "Grace" not in family.page("second")[1]


def test_paid_orders_count_by_month_and_currency(family: Family) -> None:
    _, page = family.page("first")
    assert _figure(page, "Paid orders") == "2"
    listed = html.unescape(family.client.get("/team").get_data(as_text=True))
    assert _figure(page, "Their sales") in listed
    assert _figure(page, "Brought you") in listed
    assert len(re.findall(r"<tr><td>\w+ \d{4}</td>", page)) == 12
    _, euros = family.page("first", "?currency=EUR")
    assert _figure(euros, "Paid orders") == "1"
    assert _figure(euros, "Brought you").startswith("€")


def test_the_third_level_brings_nothing_and_the_page_says_why(family: Family) -> None:
    _, page = family.page("third")
    assert _figure(page, "Paid orders") == "1"
    assert _figure(page, "Brought you") == "$0.00"
    assert "theirs bring you none" in page
    assert "Sales by month" in page


def test_the_way_between_leads_to_their_pages(family: Family) -> None:
    _, page = family.page("third")
    assert [family.ids["second"], family.ids["first"]] == [
        UUID(each) for each in re.findall(r'<a href="/team/([0-9a-f-]{36})">', page)
    ]
    _, empty = family.page("second")
    assert "Nothing sold yet" in empty
    assert f"/team?view=tree&of={family.ids['second']}" in empty


def test_a_contact_is_seen_at_the_first_level_by_who_it_is_shown_to(
    family: Family, engine: Engine, portal: Flask
) -> None:
    def show(who: str, *, to_sponsor: bool) -> None:
        with portal.app_context(), transaction(engine) as session:
            show_contact(
                session,
                family.ids[who],
                kind="wechat",
                value=f"{who}_wechat",
                to_recruits=True,
                to_sponsor=to_sponsor,
                cipher=cipher(),
                now=NOW,
            )

    show("first", to_sponsor=False)
    assert "They show you no contact" in family.page("first")[1]
    show("first", to_sponsor=True)
    show("second", to_sponsor=True)
    assert "first_wechat" in family.page("first")[1]
    assert "_wechat" not in family.page("second")[1]


@pytest.mark.parametrize("who", ["first", "second", "third"])
def test_a_page_asks_the_database_little(family: Family, engine: Engine, who: str) -> None:
    family.client.application.extensions["program"].forget()
    with queries(engine) as statements:
        assert family.page(who)[0] == 200
    assert 1 <= len(statements) <= 8, statements


def test_an_order_leads_to_who_sold_it_while_they_are_of_the_team(family: Family, engine: Engine) -> None:
    orders = family.client.get("/orders?level=2").get_data(as_text=True)
    order = re.findall(r'href="(/orders/\d+)"', orders)[0]
    link = f'href="/team/{family.ids["first"]}">Grace H.<'
    assert link in family.client.get(order).get_data(as_text=True)
    with transaction(engine) as session:
        change_standing(session, family.ids["first"], ACTS["remove"], actor=ACTOR, now=NOW, reason="a test")
    page = family.client.get(order).get_data(as_text=True)
    assert link not in page
    assert "Grace H." in page


def test_list_and_tree_lead_there(family: Family) -> None:
    for path in ("/team", "/team?view=tree"):
        assert f'href="/team/{family.ids["first"]}"' in family.client.get(path).get_data(as_text=True)
