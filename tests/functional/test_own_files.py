"""Orders and earnings narrowed to what is looked for, and taken along as a table."""

from __future__ import annotations

import csv
import io
import re
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, text

from distribution.money import to_minor
from portal.views.distributor.taken_along import FILES
from tests.functional.world import World


def rows(client: FlaskClient, address: str) -> list[dict[str, str]]:
    answer = client.get(address)
    assert answer.status_code == 200
    assert answer.content_type == "text/csv; charset=utf-8"
    assert "attachment" in answer.headers["Content-Disposition"]
    return list(csv.DictReader(io.StringIO(answer.get_data(as_text=True).removeprefix("\ufeff"))))


def listed(client: FlaskClient, address: str) -> list[str]:
    """The numbers of the orders on a page, in its order."""
    return re.findall(r'class="cell-link"[^>]*>#(\w+)<', client.get(address).get_data(as_text=True))


def test_the_file_holds_every_order_with_what_it_brings(
    hero: FlaskClient, world: World, lived_in_engine: Engine
) -> None:
    found = rows(hero, "/orders.csv")
    query = text(
        "SELECT coalesce(sum(amount_minor), 0)::bigint FROM distribution.commission_lines WHERE distributor_id = :id"
    )
    with lived_in_engine.connect() as connection:
        recorded = connection.execute(query, {"id": world.hero_id}).scalar_one()
    assert sum(to_minor(row["commission_recorded"], row["currency"]) for row in found) == recorded
    assert [row["order"] for row in found][:20] == listed(hero, "/orders")
    assert all(row["products"] for row in found)
    assert len({row["order"] for row in found}) == len(found) > 20


def test_a_list_and_its_file_are_narrowed_alike(hero: FlaskClient) -> None:
    every = rows(hero, "/orders.csv")
    shipped = [row["order"] for row in every if row["state"] == "shipped"]
    assert [row["order"] for row in rows(hero, "/orders.csv?state=shipped")] == shipped
    assert listed(hero, "/orders?state=shipped") == shipped[:20]
    day = every[5]["placed_at"][:10]
    of_day = [row["order"] for row in every if row["placed_at"][:10] == day]
    asked = f"from={day}&to={day}"
    assert [row["order"] for row in rows(hero, f"/orders.csv?{asked}")] == of_day
    assert listed(hero, f"/orders?{asked}") == of_day
    page = hero.get(f"/orders?{asked}&state=shipped").get_data(as_text=True)
    assert '<details class="more narrow" open>' in page
    assert f"/orders.csv?state=shipped&amp;from={day}&amp;to={day}" in page


def test_a_page_says_once_whose_time_its_times_are(hero: FlaskClient) -> None:
    hero.set_cookie("language", "en")
    assert "All times: Coordinated Universal Time (GMT" in hero.get("/orders").get_data(as_text=True)
    hero.set_cookie("language", "zh_Hans")
    assert hero.get("/orders").get_data(as_text=True).count("时间均为") == 1


def test_what_is_no_day_and_no_state_narrows_nothing(hero: FlaskClient) -> None:
    assert listed(hero, "/orders?state=eaten&from=soon&to=9999-99-99") == listed(hero, "/orders")
    assert "No order found" in hero.get("/orders?from=2001-01-01&to=2001-01-02").get_data(as_text=True)


@pytest.mark.parametrize("view", ["all", "pending", "released"])
def test_the_earnings_of_some_days_come_to_what_the_list_says(
    hero: FlaskClient, world: World, view: str
) -> None:
    every = rows(hero, f"/earnings.csv?currency=USD&view={view}")
    days = sorted({row["matures_at"][:10] for row in every})
    first, last = days[1], days[-2]
    some = rows(hero, f"/earnings.csv?currency=USD&view={view}&from={first}&to={last}")
    assert some == [row for row in every if first <= row["matures_at"][:10] <= last]
    assert 0 < len(some) < len(every)
    assert all(row["product"] and row["order"] for row in every)
    page = hero.get(f"/earnings?view={view}&from={first}&to={last}").get_data(as_text=True)
    assert page.count('class="cell-main"') == min(len(some), 20)
    tomorrow = (world.now + timedelta(days=4000)).date()
    assert "Nothing found" in hero.get(f"/earnings?from={tomorrow}").get_data(as_text=True)


def test_a_name_of_a_product_is_no_formula_in_the_file(
    hero: FlaskClient, world: World, lived_in_engine: Engine
) -> None:
    with lived_in_engine.begin() as connection:
        connection.execute(text("SET session_replication_role = replica"))
        connection.execute(
            text(
                "UPDATE distribution.order_snapshots SET state = replace(state::text, 'Stoneware mug',"
                " '=1+1')::jsonb"
            )
        )
    products = {row["product"] for row in rows(hero, "/earnings.csv?currency=USD")}
    assert "'=1+1" in products
    assert "=1+1" not in products
    assert not any(row["products"].startswith("=") for row in rows(hero, "/orders.csv"))


def test_the_files_are_nobody_elses(live_portal: object, client: FlaskClient) -> None:
    for address in ("/orders.csv", "/earnings.csv?currency=USD"):
        assert client.get(address).status_code == 303


def test_a_currency_that_is_none_is_refused(hero: FlaskClient) -> None:
    assert hero.get("/earnings.csv?currency=%22%0d%0aX").status_code == 422


def test_files_are_not_taken_again_and_again(hero: FlaskClient) -> None:
    answers = [hero.get("/earnings.csv?currency=USD").status_code for _ in range(FILES + 1)]
    assert (answers[0], answers[-1]) == (200, 429)
    refused = hero.get("/orders.csv")
    assert refused.status_code == 429
    assert "Too many attempts" in refused.get_data(as_text=True)
    assert hero.get("/orders").status_code == 200
