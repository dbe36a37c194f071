"""What everybody is shown in the shop, by channel: kept as it is read, asked by those who make links to it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, NamedTuple

from sqlalchemy import text
from sqlalchemy.orm import Session

from distribution.orders.text import clean

OfferKind = Literal["product", "collection"]
OFFER_KINDS: tuple[OfferKind, ...] = ("product", "collection")
_LONGEST_ID, _LONGEST_NAME, _LONGEST_ADDRESS = 255, 500, 2000

_KEEP = text(
    """
    INSERT INTO distribution.catalogue_offers AS offer
        (channel, kind, id, slug, name, picture, price_minor, currency, in_stock, large_picture, net_minor, seen_at)
    SELECT DISTINCT ON (id)
        :channel, :kind, id, slug, name, picture, price_minor, currency, in_stock, large_picture, net_minor, :seen_at
    FROM unnest(
        CAST(:ids AS text[]), CAST(:slugs AS text[]), CAST(:names AS text[]), CAST(:pictures AS text[]),
        CAST(:prices AS bigint[]), CAST(:currencies AS text[]), CAST(:in_stock AS boolean[]),
        CAST(:large_pictures AS text[]), CAST(:nets AS bigint[])
    ) AS shown(id, slug, name, picture, price_minor, currency, in_stock, large_picture, net_minor)
    ON CONFLICT (channel, kind, id) DO UPDATE SET slug = excluded.slug, name = excluded.name,
        picture = excluded.picture, price_minor = excluded.price_minor, currency = excluded.currency,
        in_stock = excluded.in_stock, net_minor = excluded.net_minor,
        large_picture = excluded.large_picture, seen_at = greatest(offer.seen_at, excluded.seen_at)
    """
)
_SEE = text(
    """
    UPDATE distribution.catalogue_offers SET seen_at = :seen_at
    WHERE channel = :channel AND kind = :kind AND id = ANY (:ids)
    """
)
_DROP = text(
    "DELETE FROM distribution.catalogue_offers WHERE channel = :channel AND kind = :kind AND seen_at < :began_at"
)
_CLOSE = text("DELETE FROM distribution.catalogue_offers WHERE NOT channel = ANY (:channels)")
# Beside the readings of the catalogue's own kinds.
_FINISH = text(
    """
    INSERT INTO distribution.catalogue_readings (kind, read_at, items) VALUES ('offer', :read_at, :items)
    ON CONFLICT (kind) DO UPDATE SET read_at = excluded.read_at, items = excluded.items
    """
)
_WERE_READ = text("SELECT EXISTS (SELECT FROM distribution.catalogue_readings WHERE kind = 'offer')")
_CHANNELS = text(
    """
    SELECT channel.id, channel.name, (
        SELECT offer.currency FROM distribution.catalogue_offers AS offer
        WHERE offer.channel = channel.id AND offer.kind = 'product' AND offer.currency IS NOT NULL LIMIT 1
    )
    FROM distribution.catalogue_items AS channel
    WHERE channel.kind = 'channel' AND NOT channel.gone
        AND EXISTS (SELECT FROM distribution.catalogue_offers AS offer WHERE offer.channel = channel.id)
    ORDER BY lower(channel.name), channel.id
    """
)
_FIND = text(
    """
    SELECT kind, id, slug, name, picture, price_minor, currency, in_stock, large_picture, net_minor
    FROM distribution.catalogue_offers
    WHERE channel = :channel AND kind = ANY (:kinds) AND strpos(lower(name), lower(:words)) > 0
    ORDER BY NOT in_stock, strpos(lower(name), lower(:words)) > 1, lower(name), kind, id
    LIMIT :limit OFFSET :offset
    """
)


_THESE = text(
    """
    SELECT kind, id, slug, name, picture, price_minor, currency, in_stock, large_picture, net_minor
    FROM distribution.catalogue_offers WHERE channel = :channel AND kind = :kind AND id = ANY (:ids)
    """
)


_NAMED = text(
    """
    SELECT kind, id, slug, name, picture, price_minor, currency, in_stock, large_picture, net_minor
    FROM distribution.catalogue_offers
    WHERE channel = :channel AND (lower(name) = lower(:named) OR slug = :named)
    ORDER BY kind DESC, id LIMIT 1
    """
)

_CALLED = text(
    """
    SELECT offer.channel, kind, id, slug, name, picture, price_minor, currency, in_stock, large_picture, net_minor
    FROM (SELECT 1 WHERE EXISTS (SELECT FROM distribution.catalogue_offers)) AS was_read
    LEFT JOIN distribution.catalogue_offers AS offer ON slug = ANY (:slugs)
    ORDER BY offer.channel, kind, id
    """
)


@dataclass(frozen=True, slots=True)
class Offer:
    """A product or collection that everybody sees; a collection has no price and is always there.

    `net_minor` is the price without tax, None where the shop does not say it.
    """

    kind: OfferKind
    id: str
    slug: str
    name: str
    picture: str | None = None
    price_minor: int | None = None
    currency: str | None = None
    in_stock: bool = True
    large_picture: str | None = None
    net_minor: int | None = None


class ShownChannel(NamedTuple):
    """A channel in which something is shown, and the currency of its prices."""

    slug: str
    name: str
    currency: str | None


def keep_offers(
    session: Session, channel: str, kind: OfferKind, offers: Sequence[Offer], *, began_at: datetime
) -> None:
    """Keep what a reading that began then shows of this kind in this channel."""
    if not offers:
        return
    session.execute(
        _KEEP,
        {
            "channel": channel,
            "kind": kind,
            "ids": [clean(offer.id, _LONGEST_ID) for offer in offers],
            "slugs": [clean(offer.slug, _LONGEST_ID) for offer in offers],
            "names": [clean(offer.name, _LONGEST_NAME) for offer in offers],
            "pictures": [offer.picture and clean(offer.picture, _LONGEST_ADDRESS) for offer in offers],
            "prices": [offer.price_minor for offer in offers],
            "currencies": [offer.currency for offer in offers],
            "in_stock": [offer.in_stock for offer in offers],
            "large_pictures": [
                offer.large_picture and clean(offer.large_picture, _LONGEST_ADDRESS) for offer in offers
            ],
            "nets": [offer.net_minor for offer in offers],
            "seen_at": began_at,
        },
    )


def see_offers(
    session: Session, channel: str, kind: OfferKind, ids: Collection[str], *, began_at: datetime
) -> None:
    """These are there but could not be shown: what was known of them stays."""
    session.execute(_SEE, {"channel": channel, "kind": kind, "ids": list(ids), "seen_at": began_at})


def finish_offers(session: Session, channel: str, kind: OfferKind, *, began_at: datetime) -> None:
    """All of this kind was read since then: what was not among it is offered no more."""
    session.execute(_DROP, {"channel": channel, "kind": kind, "began_at": began_at})


def finish_channels(session: Session, channels: Collection[str], *, seen: int, now: datetime) -> None:
    """These channels were read to their end: nothing is offered in others."""
    session.execute(_CLOSE, {"channels": list(channels)})
    session.execute(_FINISH, {"read_at": now, "items": seen})


def were_read(session: Session) -> bool:
    """Whether offers were ever read to the end."""
    return bool(session.scalar(_WERE_READ))


def shown_channels(session: Session) -> list[ShownChannel]:
    """The channels in which anything is shown, by name."""
    return [ShownChannel(*row) for row in session.execute(_CHANNELS)]


def find_offers(
    session: Session,
    channel: str,
    words: str,
    *,
    kinds: Collection[OfferKind] = OFFER_KINDS,
    limit: int,
    offset: int = 0,
) -> list[Offer]:
    """What is shown in a channel by part of its name: what is in stock first, then the best match."""
    asked = {
        "channel": channel,
        "kinds": list(kinds),
        "words": clean(words.strip(), _LONGEST_NAME),
        "limit": limit,
        "offset": offset,
    }
    return [Offer(*row) for row in session.execute(_FIND, asked)]


def offer_by_id(session: Session, channel: str, kind: OfferKind, id_: str) -> Offer | None:
    """What of that id is shown in a channel now."""
    return offers_by_id(session, channel, kind, [id_]).get(id_)


def offers_by_id(session: Session, channel: str, kind: OfferKind, ids: Collection[str]) -> dict[str, Offer]:
    """What of these ids is shown in a channel now."""
    rows = session.execute(_THESE, {"channel": channel, "kind": kind, "ids": list(ids)})
    return {row.id: Offer(*row) for row in rows}


def offer_named(session: Session, channel: str, named: str) -> Offer | None:
    """What of that name, or of that last part of its address, is shown in a channel now; products first."""
    asked = {"channel": channel, "named": clean(named.strip(), _LONGEST_NAME)}
    found = session.execute(_NAMED, asked).one_or_none()
    return None if found is None else Offer(*found)


def offers_called(session: Session, slugs: Collection[str]) -> list[tuple[str, Offer]] | None:
    """What has one of these as the last part of its address, with its channel; None in a shop that shows nothing."""
    rows = session.execute(_CALLED, {"slugs": [clean(slug, _LONGEST_ID) for slug in slugs]}).all()
    if not rows:
        return None
    return [(row[0], Offer(*row[1:])) for row in rows if row[0] is not None]
