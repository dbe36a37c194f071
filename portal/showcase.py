"""Products somebody chose for their page, as the shop shows them now."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Session

from distribution.orders.offers import find_offers, offers_by_id, shown_channels
from distribution.settings.document import ProgramSettings
from portal.picker import Picker, Tile, path_of

_FOUND = 8


def chosen(session: Session, program: ProgramSettings, product_ids: Sequence[str]) -> Picker | None:
    """The products that are in the shop still, in the order chosen; None in a shop that was not read."""
    channel = _channel(session, program)
    if channel is None:
        return None
    offers = offers_by_id(session, channel, "product", product_ids)
    known = [offers[each] for each in product_ids if each in offers]
    tiles = [Tile(each, path_of(program, channel, each)) for each in known]
    return Picker([], channel, "", tiles, False)


def found(session: Session, program: ProgramSettings, channel: str, words: str) -> list[Tile]:
    """Products of a channel to choose from."""
    offers = find_offers(session, channel, words, kinds=("product",), limit=_FOUND)
    return [Tile(each, path_of(program, channel, each)) for each in offers]


def _channel(session: Session, program: ProgramSettings) -> str | None:
    channels = shown_channels(session)
    own = (each for each in channels if each.currency == program.default_currency)
    return next(own, channels[0]).slug if channels else None
