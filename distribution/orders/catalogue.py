"""The shop's catalogue by id and name: kept as it is read, asked by plans and by the console."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, NamedTuple

from sqlalchemy import text
from sqlalchemy.orm import Session

from distribution.orders.text import clean
from distribution.settings.tokens import SHOP_SOURCE

Kind = Literal["channel", "category", "collection", "product", "variant"]
KINDS: tuple[Kind, ...] = ("channel", "category", "collection", "product", "variant")
PARENT_KINDS: dict[Kind, Kind] = {"category": "category", "product": "category", "variant": "product"}
LONGEST_ID, LONGEST_NAME = 255, 500

_KEEP = text(
    """
    INSERT INTO distribution.catalogue_items AS item (kind, id, name, parent_id, seen_at)
    SELECT DISTINCT ON (shown.id) :kind, shown.id, coalesce(shown.name, shown.id), shown.parent_id, :seen_at
    FROM unnest(CAST(:ids AS text[]), CAST(:names AS text[]), CAST(:parents AS text[])) AS shown(id, name, parent_id)
    ON CONFLICT (kind, id) DO UPDATE SET name = excluded.name, parent_id = excluded.parent_id,
        seen_at = greatest(item.seen_at, excluded.seen_at), gone = false
    """
)
# What is there but could not be shown keeps the name it had.
_SEE = text(
    """
    INSERT INTO distribution.catalogue_items AS item (kind, id, name, seen_at)
    SELECT DISTINCT :kind, shown.id, shown.id, CAST(:seen_at AS timestamptz)
    FROM unnest(CAST(:ids AS text[])) AS shown(id)
    ON CONFLICT (kind, id) DO UPDATE SET seen_at = greatest(item.seen_at, excluded.seen_at), gone = false
    """
)
_MARK_GONE = text(
    """
    WITH vanished AS (
        UPDATE distribution.catalogue_items SET gone = true
        WHERE kind = :kind AND seen_at < :began_at AND NOT gone RETURNING id
    )
    SELECT count(*) FROM vanished
    """
)
_FINISH = text(
    """
    INSERT INTO distribution.catalogue_readings (kind, read_at, items)
    SELECT :kind, :began_at, count(*) FROM distribution.catalogue_items WHERE kind = :kind AND NOT gone
    ON CONFLICT (kind) DO UPDATE SET read_at = excluded.read_at, items = excluded.items
    """
)
_KNOWN = text("SELECT id FROM distribution.catalogue_items WHERE kind = :kind AND id = ANY (:ids)")
_NAMES = text("SELECT id, name FROM distribution.catalogue_items WHERE kind = :kind AND id = ANY (:ids)")
_PRESENT = text("SELECT id FROM distribution.catalogue_items WHERE kind = :kind AND NOT gone ORDER BY id")
_IS_SYNCED = text("SELECT EXISTS (SELECT FROM distribution.catalogue_readings WHERE kind = :kind)")
# Two ranges, since the index on the source knows no "other than".
_OTHER_SHOPS = text(
    """
    SELECT EXISTS (SELECT FROM distribution.orders WHERE source < :shop)
        OR EXISTS (SELECT FROM distribution.orders WHERE source > :shop)
    """
)
_SEARCH = text(
    """
    SELECT item.id, item.name, parent.name FROM distribution.catalogue_items AS item
    LEFT JOIN distribution.catalogue_items AS parent ON parent.kind = :parent_kind AND parent.id = item.parent_id
    WHERE item.kind = :kind AND NOT item.gone
    AND (item.id = :text OR strpos(lower(item.name), lower(:text)) > 0 OR strpos(lower(parent.name), lower(:text)) > 0)
    ORDER BY item.id <> :text, strpos(lower(item.name), lower(:text)) = 0, strpos(lower(item.name), lower(:text)) > 1,
        lower(item.name), item.id
    LIMIT :limit
    """
)


@dataclass(frozen=True, slots=True)
class Item:
    """One thing of the catalogue as the shop shows it; without a name it was there but could not be shown."""

    id: str
    name: str | None
    parent_id: str | None = None


class Found(NamedTuple):
    """What a search found; `parent` is the name of what it hangs below."""

    id: str
    name: str
    parent: str | None


def keep(session: Session, kind: Kind, items: Sequence[Item], *, began_at: datetime) -> None:
    """Keep what a reading that began then shows of this kind."""
    shown = [item for item in items if item.name is not None]
    if shown:
        session.execute(
            _KEEP,
            {
                "kind": kind,
                "ids": [clean(item.id, LONGEST_ID) for item in shown],
                "names": [clean(item.name or "", LONGEST_NAME) for item in shown],
                "parents": [item.parent_id and clean(item.parent_id, LONGEST_ID) for item in shown],
                "seen_at": began_at,
            },
        )
    unshown = [clean(item.id, LONGEST_ID) for item in items if item.name is None]
    if unshown:
        session.execute(_SEE, {"kind": kind, "ids": unshown, "seen_at": began_at})


def finish(session: Session, kind: Kind, *, began_at: datetime) -> int:
    """Everything of this kind was read since then: what was not among it is gone. Returns how much that is."""
    asked = {"kind": kind, "began_at": began_at}
    vanished: int = session.execute(_MARK_GONE, asked).scalar_one()
    session.execute(_FINISH, asked)
    return vanished


def is_synced(session: Session, kind: Kind) -> bool:
    """Whether the shop's catalogue of this kind was ever read to its end; one that is never read knows nothing."""
    return bool(session.scalar(_IS_SYNCED, {"kind": kind}))


def other_shops_report(session: Session) -> bool:
    """Whether orders come from elsewhere too, whose products and channels are in no catalogue."""
    return bool(session.scalar(_OTHER_SHOPS, {"shop": SHOP_SOURCE}))


def known(session: Session, kind: Kind, ids: Collection[str]) -> set[str]:
    """Those of `ids` that the catalogue knows, also what is gone by now: orders and plans go on naming it."""
    return set(session.scalars(_KNOWN, {"kind": kind, "ids": list(ids)}))


def present(session: Session, kind: Kind) -> list[str]:
    """The ids of all that is there now."""
    return list(session.scalars(_PRESENT, {"kind": kind}))


def names(session: Session, kind: Kind, ids: Collection[str]) -> dict[str, str]:
    """The name of each of `ids` that the catalogue knows."""
    return {row.id: row.name for row in session.execute(_NAMES, {"kind": kind, "ids": list(ids)})}


def search(session: Session, kind: Kind, words: str, limit: int) -> list[Found]:
    """What is there now by part of its name, of its parent's name, or by its id; the best match first."""
    asked = {
        "kind": kind,
        "parent_kind": PARENT_KINDS.get(kind),
        "text": clean(words.strip(), LONGEST_NAME),
        "limit": limit,
    }
    return [Found(*row) for row in session.execute(_SEARCH, asked)]
