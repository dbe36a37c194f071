"""Products and collections of the shop to pick from, each with the storefront's page of it."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote, urlsplit

from sqlalchemy.orm import Session

from distribution.orders.offers import Offer, ShownChannel, find_offers, shown_channels
from distribution.settings.document import ProgramSettings

_MOST = 6


@dataclass(frozen=True, slots=True)
class Tile:
    """One of the shop's, and the path that shows it."""

    offer: Offer
    path: str


@dataclass(frozen=True, slots=True)
class Picker:
    """What was found in the chosen channel, and the channels there are; `more` when it is not all."""

    channels: list[ShownChannel]
    channel: str
    words: str
    tiles: list[Tile]
    more: bool

    @property
    def origins(self) -> set[str]:
        """Where the pictures come from."""
        parts = (urlsplit(tile.offer.picture) for tile in self.tiles if tile.offer.picture)
        return {f"{part.scheme}://{part.netloc}" for part in parts}


def pick(
    session: Session, program: ProgramSettings, *, words: str, wanted_channel: str, most: int = _MOST
) -> Picker | None:
    """What matches these words in that channel, or in the one with the program's currency; None in an unread shop."""
    channels = shown_channels(session)
    if not channels:
        return None
    by_slug = {channel.slug: channel for channel in channels}
    own_money = (channel for channel in channels if channel.currency == program.default_currency)
    channel = (by_slug.get(wanted_channel) or next(own_money, channels[0])).slug
    found = find_offers(session, channel, words, limit=most + 1)
    tiles = [Tile(offer, path_of(program, channel, offer)) for offer in found[:most]]
    return Picker(channels, channel, words, tiles, len(found) > most)


def path_of(program: ProgramSettings, channel: str, offer: Offer) -> str:
    """Where the storefront shows it."""
    pattern = program.storefront.product if offer.kind == "product" else program.storefront.collection
    slug = quote(offer.slug, safe="")
    return pattern.replace("{channel}", quote(channel, safe="")).replace("{slug}", slug)
