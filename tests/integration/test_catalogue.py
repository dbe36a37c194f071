"""The shop's catalogue is read to its end whatever Saleor answers; what vanished is known as gone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from click.testing import CliRunner
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from distribution.adapters.saleor.catalogue import CatalogueRead, read_catalogue
from distribution.adapters.saleor.catalogue_pages import catalogue_pages
from distribution.adapters.saleor.client import SaleorClient
from distribution.adapters.saleor.errors import SaleorRefused, SaleorUnreachable
from distribution.cli.commands.catalogue import command
from distribution.orders.catalogue import KINDS, Found, Item, finish, is_synced, keep, known, names, search
from distribution.settings.environment import Variable
from tests.factories import EARLY
from tests.saleor_server import Shop, running_shop

LATER = EARLY + timedelta(hours=1)


@pytest.fixture
def shop() -> Iterator[Shop]:
    with running_shop() as shop:
        shop.catalogue = {
            "channels": [{"slug": "default", "name": "Default"}],
            "categories": [
                {"id": "c-top", "name": "Clothes", "parent": None},
                {"id": "c-leaf", "name": "Tees", "parent": {"id": "c-top"}},
            ],
            "collections": [{"id": "col", "name": "New in"}],
            "products": [
                {"id": f"p-{index}", "name": f"Tee {index}", "category": {"id": "c-leaf"}}
                for index in range(130)
            ],
            "productVariants": [
                {"id": "v-1", "name": "Large", "sku": "TEE-L", "product": {"id": "p-1"}},
                {"id": "v-2", "name": "", "sku": "TEE-M", "product": {"id": "p-1"}},
            ],
        }
        yield shop


@pytest.fixture
def client(shop: Shop) -> Iterator[SaleorClient]:
    with SaleorClient(shop.url, shop.token, timeout_seconds=2, sleep=lambda _: None) as client:
        yield client


def counts(read: list[CatalogueRead]) -> dict[str, tuple[int, int]]:
    return {each.kind: (each.seen, each.gone) for each in read}


def test_everything_is_read_with_names_and_parents(
    engine: Engine, session: Session, client: SaleorClient
) -> None:
    progress: list[tuple[str, int]] = []

    read = read_catalogue(engine, client, after_page=lambda each: progress.append((each.kind, each.seen)))

    assert counts(read) == {
        "channel": (1, 0),
        "category": (2, 0),
        "collection": (1, 0),
        "product": (130, 0),
        "variant": (2, 0),
    }
    assert ("product", 100) in progress
    assert ("product", 130) in progress
    assert all(is_synced(session, kind) for kind in KINDS)
    assert names(session, "variant", ["v-1", "v-2", "v-3"]) == {"v-1": "Large · TEE-L", "v-2": "TEE-M"}
    assert known(session, "channel", ["default", "other"]) == {"default"}
    assert search(session, "category", "tee", 10) == [Found("c-leaf", "Tees", "Clothes")]


def test_what_vanished_is_gone_and_comes_back(
    engine: Engine, session: Session, shop: Shop, client: SaleorClient
) -> None:
    read_catalogue(engine, client)
    collection = shop.catalogue["collections"].pop()

    assert counts(read_catalogue(engine, client))["collection"] == (0, 1)
    assert counts(read_catalogue(engine, client))["collection"] == (0, 0)
    assert search(session, "collection", "", 10) == []
    # A plan that names it can still be published anew.
    assert known(session, "collection", ["col"]) == {"col"}
    assert is_synced(session, "collection")

    session.rollback()
    shop.catalogue["collections"].append(collection | {"name": "Newest"})
    read_catalogue(engine, client)
    assert search(session, "collection", "new", 10) == [Found("col", "Newest", None)]


def test_one_damaged_item_does_not_hide_its_page(
    engine: Engine, session: Session, shop: Shop, client: SaleorClient
) -> None:
    read_catalogue(engine, client)
    shop.damaged = {"p-7", "v-2"}
    shop.catalogue["products"][8]["name"] = "Shirt"
    shop.catalogue["productVariants"].append(
        {"id": "v-2b", "name": "S", "sku": None, "product": {"id": "p-1"}}
    )
    shop.damaged.add("v-2b")

    read = counts(read_catalogue(engine, client))

    assert (read["product"], read["variant"]) == ((130, 0), (3, 0))
    assert names(session, "product", ["p-7", "p-8"]) == {"p-7": "Tee 7", "p-8": "Shirt"}
    assert names(session, "variant", ["v-2", "v-2b"]) == {"v-2": "TEE-M", "v-2b": "v-2b"}


def test_a_shop_that_goes_away_midway_loses_nothing(
    engine: Engine, session: Session, shop: Shop, client: SaleorClient
) -> None:
    def stumble(read: CatalogueRead) -> None:
        if read.kind == "product":
            shop.status = 503

    with pytest.raises(SaleorUnreachable):
        read_catalogue(engine, client, after_page=stumble)

    assert is_synced(session, "category")
    assert not is_synced(session, "product")
    assert len(search(session, "product", "", 200)) == 100

    session.rollback()
    shop.status = 200
    assert counts(read_catalogue(engine, client))["product"] == (130, 0)


def test_a_refused_token_is_said(engine: Engine, shop: Shop) -> None:
    with (
        SaleorClient(shop.url, "bad-token", sleep=lambda _: None) as client,
        pytest.raises(SaleorRefused),
    ):
        read_catalogue(engine, client)


def test_pages_end_where_the_shop_ends(client: SaleorClient, shop: Shop) -> None:
    pages = list(catalogue_pages(client, "product", page=65))

    assert [len(page) for page in pages] == [65, 65]
    shop.catalogue["products"].clear()
    assert list(catalogue_pages(client, "product")) == [[]]


def test_two_readings_at_once_do_not_call_each_others_items_gone(session: Session) -> None:
    item = [Item("p-1", "Tee")]
    keep(session, "product", item, began_at=LATER)
    keep(session, "product", item, began_at=EARLY)

    assert finish(session, "product", began_at=LATER) == 0


def test_names_from_outside_are_made_fit_to_be_kept(session: Session) -> None:
    keep(session, "product", [Item("p-1", "a\0b" + "x" * 9_000), Item("p-1", "again")], began_at=EARLY)

    assert list(known(session, "product", ["p-1"])) == ["p-1"]


def test_a_search_finds_by_name_parent_and_id_the_best_first(session: Session) -> None:
    keep(
        session,
        "product",
        [Item("p-1", "Tea"), Item("p-2", "Iced tea"), Item("p-3", "100 % cup")],
        began_at=EARLY,
    )
    keep(
        session,
        "variant",
        [Item("v-1", "Small", "p-1"), Item("v-2", "Teal", "p-3"), Item("v-3", "Large", "gone")],
        began_at=EARLY,
    )

    assert [each.id for each in search(session, "product", " tea ", 10)] == ["p-1", "p-2"]
    assert [each.id for each in search(session, "product", "%", 10)] == ["p-3"]
    assert [each.id for each in search(session, "product", "p-2", 10)] == ["p-2"]
    assert search(session, "variant", "TEA", 10) == [
        Found("v-2", "Teal", "100 % cup"),
        Found("v-1", "Small", "Tea"),
    ]
    assert search(session, "variant", "large", 1) == [Found("v-3", "Large", None)]
    assert len(search(session, "variant", "", 2)) == 2


def test_the_command_says_how_much_there_is(
    session: Session, shop: Shop, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(Variable.DATABASE_URL, database_url)
    monkeypatch.setenv(Variable.SALEOR_API_URL, shop.url)
    monkeypatch.setenv(Variable.SALEOR_TOKEN, shop.token)

    result = CliRunner().invoke(command, catch_exceptions=False, standalone_mode=False)

    assert (
        "Read 1 channel, 2 categories, 1 collection, 130 products, 2 variants; gone: 0; shown to everybody: 0."
        in (result.output)
    )
    assert session.scalar(text("SELECT count(*) FROM distribution.catalogue_items")) == 136
