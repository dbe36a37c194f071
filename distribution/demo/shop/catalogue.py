"""What the shop sells, in both of its channels."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

CHANNELS = {"europe": ("EUR", "en"), "china": ("CNY", "zh")}
"""Currency and language of each channel."""


@dataclass(frozen=True, slots=True)
class Product:
    """A product; names and words by language, prices and what it costs the shop by currency; ids are Saleor's."""

    sku: str
    slug: str
    art: str
    name: dict[str, str]
    words: dict[str, str]
    category: str
    ships: bool
    price: dict[str, str]
    product_id: str
    variant_id: str
    cost: dict[str, str]

    @property
    def most_at_once(self) -> int:
        """How many of it one order may hold."""
        return 3 if self.ships else 1


@dataclass(frozen=True, slots=True)
class Shelves:
    """Channels, categories (each names its parent's id) and collections, as GraphQL shows them."""

    channels: list[dict[str, str]]
    categories: list[dict[str, str | None]]
    collections: list[dict[str, str]]

    def upwards(self, category_id: str) -> dict[str, Any]:
        """The category with its parents, each inside the one below it."""
        found = next(entry for entry in self.categories if entry["id"] == category_id)
        above = found["parent"]
        return {"id": category_id, "parent": None if above is None else self.upwards(above)}


@cache
def shelves() -> Shelves:
    """How the shop is ordered."""
    text = resources.files("distribution.demo").joinpath("data/shelves.json").read_text("utf-8")
    return Shelves(**json.loads(text))


@cache
def products() -> tuple[Product, ...]:
    """Everything, in the order in which the shop shows it."""
    text = resources.files("distribution.demo").joinpath("data/catalogue.json").read_text("utf-8")
    entries: list[dict[str, Any]] = json.loads(text)
    return tuple(Product(**entry) for entry in entries)


def by_slug(slug: str) -> Product | None:
    """The product of that address."""
    return next((product for product in products() if product.slug == slug), None)


def by_sku(sku: str) -> Product:
    """The product of that number; there must be one."""
    return next(product for product in products() if product.sku == sku)
