"""Products and collections of the shop to pick from, each with the storefront's page of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote, urlsplit
from uuid import UUID

from sqlalchemy.orm import Session

from distribution.analytics.own_currencies import own_currencies
from distribution.orders.offers import Offer, ShownChannel, find_offers, offers_by_id, shown_channels
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
    session: Session,
    program: ProgramSettings,
    *,
    words: str,
    wanted_channel: str,
    reader_id: UUID,
    most: int = _MOST,
) -> Picker | None:
    """What matches these words in that channel, or in the reader's `home_channel`; None in an unread shop."""
    channels = shown_channels(session)
    if not channels:
        return None
    asked_for = wanted_channel in {channel.slug for channel in channels}
    channel = wanted_channel if asked_for else home_channel(session, program, channels, reader_id)
    found = find_offers(session, channel, words, limit=most + 1)
    if not found and words and not asked_for:
        channel, found = _called_elsewhere(session, channels, channel, words, most + 1)
    tiles = [Tile(offer, path_of(program, channel, offer)) for offer in found[:most]]
    return Picker(channels, channel, words, tiles, len(found) > most)


def _called_elsewhere(
    session: Session, channels: Sequence[ShownChannel], home: str, words: str, limit: int
) -> tuple[str, list[Offer]]:
    """What another channel calls so: as the home channel sells it, where it does; else as that one."""
    for other in (each.slug for each in channels if each.slug != home):
        found = find_offers(session, other, words, limit=limit)
        if not found:
            continue
        here = offers_by_id(session, home, "product", [offer.id for offer in found])
        same = [here[offer.id] for offer in found if offer.id in here]
        return (home, same) if same else (other, found)
    return home, []


def home_channel(
    session: Session, program: ProgramSettings, channels: Sequence[ShownChannel], distributor_id: UUID
) -> str:
    """The first channel that sells in the currency a distributor lives in; else in the program's; else the first."""
    currencies = [program.default_currency]
    if len({channel.currency for channel in channels}) > 1:
        own = own_currencies(session, distributor_id, asked=None, program_currency=program.default_currency)
        currencies = [*(each.code for each in own.all), *currencies]
    sells = (channel.slug for code in currencies for channel in channels if channel.currency == code)
    return next(sells, channels[0].slug)


def path_of(program: ProgramSettings, channel: str, offer: Offer) -> str:
    """Where the storefront shows it."""
    pattern = program.storefront.product if offer.kind == "product" else program.storefront.collection
    slug = quote(offer.slug, safe="")
    return pattern.replace("{channel}", quote(channel, safe="")).replace("{slug}", slug)
