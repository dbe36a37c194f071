"""Products somebody chose for their page, as the shop shows them now."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.orm import Session

from distribution.orders.offers import find_offers, offers_by_id, shown_channels
from distribution.settings.document import ProgramSettings
from portal.picker import Picker, Tile, home_channel, path_of

_FOUND = 8


def chosen(
    session: Session, program: ProgramSettings, product_ids: Sequence[str], *, owner_id: UUID | None = None
) -> Picker | None:
    """The products that are in the shop still, in the order chosen; None in a shop that was not read.

    As the channel shows them that their owner opens the shop in; what is not sold there, and all without an owner,
    as the program's own does.
    """
    channels = shown_channels(session)
    if not channels:
        return None
    own_money = (each.slug for each in channels if each.currency == program.default_currency)
    common = next(own_money, channels[0].slug)
    home = common if owner_id is None else home_channel(session, program, channels, owner_id)
    tiles: dict[str, Tile] = {}
    for channel in dict.fromkeys((home, common)):
        missing = [each for each in product_ids if each not in tiles]
        if missing:
            found = offers_by_id(session, channel, "product", missing)
            tiles |= {key: Tile(offer, path_of(program, channel, offer)) for key, offer in found.items()}
    return Picker(
        channels=[],
        channel=home,
        words="",
        tiles=[tiles[each] for each in product_ids if each in tiles],
        more=False,
    )


def found(session: Session, program: ProgramSettings, channel: str, words: str) -> list[Tile]:
    """Products of a channel to choose from."""
    offers = find_offers(session, channel, words, kinds=("product",), limit=_FOUND)
    return [Tile(each, path_of(program, channel, each)) for each in offers]
