"""Which page a click led to: what was recorded before is brought to the form that new clicks have."""

from __future__ import annotations

import sqlalchemy
from sqlalchemy import text

from distribution.db import transaction
from distribution.db.engine import psycopg_url
from distribution.db.migrate import downgrade, upgrade
from distribution.promotion.landing import landing_page
from tests.factories import EARLY, a_distributor

ADDRESSES = {
    "https://shop.example/products/mug?ref=ADA&click=0191": "/products/mug",
    "https://shop.example?ref=ADA&click=1": "/",
    "https://shop.example/products/mug/": "/products/mug",
    "/products/mug#reviews": "/products/mug",
    "/products/mug?colour=blue&ref=EVE&utm_source=x&size=2&fbclid=y": "/products/mug?colour=blue&size=2",
    "/p?from=timeline&isappinstalled=0&from=berlin&&spm=a.b": "/p?from=berlin",
    "/p?reference=1&clicked=2&preference": "/p?reference=1&clicked=2&preference",
    "/%E5%95%86?gclid=1#a?b": "/%E5%95%86",
    "/login?back=https://shop.example/cart": "/login?back=https://shop.example/cart",
    "?ref=ADA": "/",
    "/": "/",
}


def test_a_page_is_its_path_without_what_hangs_on_it() -> None:
    assert {address: landing_page(address) for address in ADDRESSES} == ADDRESSES
    assert landing_page(None) is None
    assert landing_page("") is None


def test_a_page_is_its_own_page() -> None:
    assert {landing_page(page) for page in ADDRESSES.values()} == set(ADDRESSES.values())


def test_clicks_of_before_are_brought_to_it(empty_database_url: str) -> None:
    upgrade(empty_database_url)
    engine = sqlalchemy.create_engine(psycopg_url(empty_database_url))
    with transaction(engine) as session:
        ada = a_distributor(session, code="ADA").id
    downgrade(empty_database_url, "0038")
    with engine.begin() as connection:
        for number, address in enumerate([*ADDRESSES, None]):
            connection.execute(
                text(
                    "INSERT INTO distribution.clicks (id, code_key, distributor_id, at, url) "
                    "VALUES (:id, 'ADA', :ada, :at, :url)"
                ),
                {"id": str(number), "ada": ada, "at": EARLY, "url": address},
            )
    upgrade(empty_database_url)
    with engine.connect() as connection:
        pages = dict(connection.execute(text("SELECT id::int, url FROM distribution.clicks")).all())
    engine.dispose()
    assert [pages[number] for number in range(len(ADDRESSES))] == list(ADDRESSES.values())
    assert pages[len(ADDRESSES)] is None
