"""What everybody is shown in the shop is read channel by channel, kept, and found by name."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from distribution.adapters.saleor.client import SaleorClient
from distribution.adapters.saleor.errors import SaleorUnreachable
from distribution.adapters.saleor.offers import read_offers
from distribution.orders.catalogue import Item, keep
from distribution.orders.offers import Offer, find_offers, keep_offers, shown_channels
from tests.factories import EARLY
from tests.saleor_server import Shop, running_shop


def product(number: int, name: str, price: float = 12.5, **others: Any) -> dict[str, Any]:
    """A product as Saleor shows it to strangers."""
    return {
        "id": f"p-{number}",
        "slug": name.lower().replace(" ", "-"),
        "name": name,
        "isAvailable": True,
        "thumbnail": {"url": f"https://media.example.com/{number}.webp"},
        "pricing": {"priceRange": {"start": {"gross": {"amount": price, "currency": "EUR"}}}},
    } | others


@pytest.fixture
def shop() -> Iterator[Shop]:
    with running_shop() as shop:
        shop.offers = {
            "eu": {
                "products": [
                    product(1, "Iced tea"),
                    product(2, "Tea"),
                    product(3, "Tea pot", isAvailable=False),
                    product(4, "Secret tea", isPublished=False),
                ],
                "collections": [{"id": "c-1", "slug": "new", "name": "New teas", "backgroundImage": None}],
            },
        }
        yield shop


@pytest.fixture
def client(shop: Shop) -> Iterator[SaleorClient]:
    with SaleorClient(shop.url, shop.token, timeout_seconds=2, sleep=lambda _: None) as client:
        yield client


def slugs(session: Session, words: str = "", **asked: Any) -> list[str]:
    """What is found in the channel."""
    found = [offer.slug for offer in find_offers(session, "eu", words, limit=10, **asked)]
    session.rollback()
    return found


def test_it_is_read_as_a_stranger_sees_it(engine: Engine, session: Session, client: SaleorClient) -> None:
    assert read_offers(engine, client, ["eu"]) == 4
    assert slugs(session) == ["iced-tea", "new", "tea", "tea-pot"]
    [tea] = find_offers(session, "eu", "iced", limit=1)
    assert tea == Offer(
        "product", "p-1", "iced-tea", "Iced tea", "https://media.example.com/1.webp", 1250, "EUR"
    )
    [collection] = find_offers(session, "eu", "", kinds=["collection"], limit=10)
    assert collection == Offer("collection", "c-1", "new", "New teas")


def test_the_best_match_in_stock_comes_first(engine: Engine, session: Session, client: SaleorClient) -> None:
    read_offers(engine, client, ["eu"])
    assert slugs(session, " TEA ") == ["tea", "iced-tea", "new", "tea-pot"]
    assert slugs(session, "tea", offset=1) == ["iced-tea", "new", "tea-pot"]
    assert slugs(session, "%") == []


def test_what_is_shown_no_more_is_offered_no_more(
    engine: Engine, session: Session, shop: Shop, client: SaleorClient
) -> None:
    read_offers(engine, client, ["eu"])
    shop.offers["eu"]["products"][0]["isPublished"] = False
    read_offers(engine, client, ["eu"])
    assert slugs(session) == ["new", "tea", "tea-pot"]
    read_offers(engine, client, ["other"])
    assert slugs(session) == []


def test_one_damaged_product_hides_nothing_that_was_known(
    engine: Engine, session: Session, shop: Shop, client: SaleorClient
) -> None:
    read_offers(engine, client, ["eu"])
    shop.damaged = {"p-1"}
    shop.offers["eu"]["products"] += [product(number, f"Cup {number}") for number in range(10, 120)]
    read_offers(engine, client, ["eu"])
    assert slugs(session, "tea") == ["tea", "iced-tea", "new", "tea-pot"]
    # Those on the damaged page that are new wait for it to be well; the next page is read.
    assert slugs(session, "cup 119") == ["cup-119"]


def test_a_shop_that_does_not_answer_loses_nothing(
    engine: Engine, session: Session, shop: Shop, client: SaleorClient
) -> None:
    read_offers(engine, client, ["eu"])
    shop.status = 502
    with pytest.raises(SaleorUnreachable):
        read_offers(engine, client, ["eu"])
    assert len(slugs(session)) == 4


def test_strange_products_are_no_offers(
    engine: Engine, session: Session, shop: Shop, client: SaleorClient
) -> None:
    shop.offers["eu"]["products"] = [
        product(1, "Free", pricing=None, thumbnail=None),
        product(2, "Script", thumbnail={"url": "javascript:alert(1)"}, price=0.333),
        product(3, "", slug=""),
    ]
    read_offers(engine, client, ["eu"])
    free, script = find_offers(session, "eu", "", kinds=["product"], limit=10)
    assert (free.price_minor, free.picture) == (None, None)
    assert (script.price_minor, script.picture) == (33, None)


def test_channels_are_those_in_which_something_is_shown(
    engine: Engine, session: Session, client: SaleorClient
) -> None:
    read_offers(engine, client, ["eu"])
    keep(session, "channel", [Item("eu", "Europe"), Item("us", "America")], began_at=EARLY)
    assert shown_channels(session) == [("eu", "Europe", "EUR")]


def test_twenty_thousand_products_are_searched_in_a_blink(session: Session) -> None:
    offers = [
        Offer("product", f"p-{n}", f"cup-{n}", f"Cup number {n} of them", None, 100, "EUR")
        for n in range(20_000)
    ]
    keep_offers(session, "eu", "product", offers, began_at=EARLY)
    session.execute(text("ANALYZE distribution.catalogue_offers"))
    took = []
    for _ in range(3):
        began_at = time.perf_counter()
        assert len(find_offers(session, "eu", "number 1999", limit=12)) == 11
        took.append(time.perf_counter() - began_at)
    assert min(took) < 0.5
