"""Bring everything that is encrypted under the newest key, so that older ones can be taken away."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Engine, bindparam, text
from sqlalchemy.orm import Session

from distribution.db import transaction
from distribution.privacy.encryption import Cipher
from distribution.privacy.errors import Undecipherable
from distribution.privacy.places import Place

BATCH = 500
"""Rows in one transaction."""


@dataclass(slots=True)
class Rotated:
    """What was found in one place: renewed, under the newest key already, under no key that is given."""

    place: Place
    renewed: int = 0
    current: int = 0
    lost: int = 0


def rotate(
    engine: Engine, place: Place, cipher: Cipher, *, write: bool = True, batch: int = BATCH
) -> Rotated:
    """Renew every value of a place; without `write` only say what there is to do.

    An edge: each `batch` of rows is a transaction. Killed anywhere it is simply done again. What no key opens stays
    as it is and is counted as lost.
    """
    found = Rotated(place)
    last: object = None
    while True:
        with transaction(engine) as session:
            last = _step(session, found, cipher, last, write=write, batch=batch)
        if last is None:
            return found


def _step(
    session: Session, found: Rotated, cipher: Cipher, last: object, *, write: bool, batch: int
) -> object:
    place, value = found.place, _read(found.place)
    following = "" if last is None else f"AND {place.key} > :last"
    query = text(
        f"SELECT {place.key}, {value} FROM distribution.{place.table} WHERE {value} IS NOT NULL {following} "
        f"ORDER BY {place.key} LIMIT :batch FOR NO KEY UPDATE"
    )
    asked: dict[str, object] = {"batch": batch}
    if last is not None:
        query = query.bindparams(bindparam("last", type_=place.key_type))
        asked["last"] = last
    rows = session.execute(query, asked).all()
    renewed = []
    for key, sealed in rows:
        again = _renewed(found, cipher, sealed if isinstance(sealed, str) else bytes(sealed).decode())
        if again is not None:
            renewed.append({"key": key, "sealed": again})
    if renewed and write:
        change = text(
            f"UPDATE distribution.{place.table} SET {place.column} = {_written(place)} WHERE {place.key} = :key"
        ).bindparams(bindparam("key", type_=place.key_type))
        session.execute(change, renewed)
    return rows[-1][0] if len(rows) == batch else None


def _renewed(found: Rotated, cipher: Cipher, sealed: str) -> str | None:
    if cipher.is_current(sealed):
        found.current += 1
        return None
    try:
        again = cipher.renew(sealed)
    except Undecipherable:
        found.lost += 1
        return None
    found.renewed += 1
    return again


def _read(place: Place) -> str:
    return f"{place.column} #>> '{{{','.join(place.path)}}}'" if place.path else place.column


def _written(place: Place) -> str:
    if place.path:
        path = ",".join(place.path)
        return f"jsonb_set({place.column}, '{{{path}}}', to_jsonb(CAST(:sealed AS text)))"
    return "convert_to(:sealed, 'UTF8')" if place.binary else ":sealed"
