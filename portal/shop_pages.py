"""What the shop shows on a page that a link leads to: the name people know it by, and whether it can be bought."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import unquote

from flask_babel import gettext
from sqlalchemy.orm import Session

from distribution.orders.offers import OFFER_KINDS, OfferKind, offers_called
from distribution.settings.document import ProgramSettings

_SHAPES = {"{slug}": r"(?P<slug>[^/?#]+)", "{channel}": r"(?P<channel>[^/?#]+)"}


@dataclass(frozen=True, slots=True)
class ShopPage:
    """A product's or collection's page; `name` is None where the shop shows none of that address any more."""

    kind: OfferKind
    name: str | None
    in_stock: bool


@dataclass(frozen=True, slots=True)
class Place:
    """What a path says of the page: the last part of its address, and the channel where the storefront tells it."""

    kind: OfferKind
    slug: str
    channel: str | None


def place_of(program: ProgramSettings, path: str) -> Place | None:
    """Where in the shop a path leads; None where it is neither a product's page nor a collection's."""
    page = path.partition("?")[0]
    for kind in reversed(OFFER_KINDS):
        pattern = program.storefront.product if kind == "product" else program.storefront.collection
        found = _reading(pattern).fullmatch(page)
        if found is not None:
            parts = found.groupdict()
            return Place(kind, unquote(parts["slug"]), parts.get("channel") and unquote(parts["channel"]))
    return None


def shop_pages(session: Session, program: ProgramSettings, paths: Iterable[str]) -> dict[str, ShopPage]:
    """What is on those of these pages that are a product's or a collection's; nothing in an unread shop."""
    places = {path: place for path in set(paths) if (place := place_of(program, path)) is not None}
    if not places:
        return {}
    offers = offers_called(session, {place.slug for place in places.values()})
    if offers is None:
        return {}
    # Where it is called differently from channel to channel, the name in the program's own money is best known.
    offers.sort(key=lambda each: each[1].currency != program.default_currency)
    pages = {}
    for path, place in places.items():
        found = [
            offer
            for channel, offer in offers
            if (offer.kind, offer.slug) == (place.kind, place.slug) and place.channel in (None, channel)
        ]
        name = found[0].name if found else None
        pages[path] = ShopPage(place.kind, name, any(offer.in_stock for offer in found))
    return pages


def page_name(path: str, pages: dict[str, ShopPage]) -> str:
    """What to call a page: by its product's name, else by its address."""
    if path == "/":
        return gettext("Front page of the shop")
    known = pages.get(path)
    return (known and known.name) or unquote(path)


def unavailable(path: str, pages: dict[str, ShopPage]) -> str | None:
    """Why nobody can buy there now, in words; None where they can, or where it is no product's page."""
    known = pages.get(path)
    if known is None or known.in_stock:
        return None
    if known.name is None:
        return gettext("The shop does not show this page at present: perhaps it is not for sale any more.")
    return gettext("%(name)s is sold out at present: who follows this link cannot buy it.", name=known.name)


@lru_cache(maxsize=64)
def _reading(pattern: str) -> re.Pattern[str]:
    parts = re.split(r"(\{slug\}|\{channel\})", pattern)
    return re.compile("".join(_SHAPES.get(part, re.escape(part)) for part in parts))
