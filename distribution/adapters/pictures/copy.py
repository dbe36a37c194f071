"""Keeps a copy of a picture of the shop, so that it is asked for once a day at most."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Engine, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from distribution.adapters.pictures.fetch import FetchRefused, fetch
from distribution.adapters.pictures.hosts import Hosts
from distribution.db import transaction
from distribution.errors import InvalidInput
from distribution.media.keep import keep_picture
from distribution.media.picture import Picture, harmless
from distribution.media.tables import PictureCopy

KEPT = timedelta(days=1)
TRIED_AGAIN_AFTER = timedelta(minutes=10)
LONGEST_SIDE = 1600
_LONGEST_PROBLEM = 200


def copied(session: Session, address: str) -> bytes | None:
    """The digest of the copy, however old."""
    return session.scalar(select(PictureCopy.digest).where(PictureCopy.address == address))


def copy_picture(engine: Engine, address: str, hosts: Hosts, *, now: datetime) -> bytes | None:
    """The digest of a fresh copy; of the last one when it cannot be had now, or None.

    This is an edge: it fetches between two transactions.
    """
    with transaction(engine) as session:
        known = session.get(PictureCopy, address)
        if known is not None and now - known.fetched_at < (TRIED_AGAIN_AFTER if known.problem else KEPT):
            return known.digest
    try:
        found: Picture | None = harmless(fetch(address, hosts), longest_side=LONGEST_SIDE)
        problem = None
    except (FetchRefused, InvalidInput) as error:
        found, problem = None, str(error)[:_LONGEST_PROBLEM]
    with transaction(engine) as session:
        row: dict[str, Any] = {"address": address, "problem": problem, "fetched_at": now}
        if found is not None:
            row["digest"] = keep_picture(session, found, now=now)
        session.execute(
            insert(PictureCopy).values(row).on_conflict_do_update(index_elements=["address"], set_=row)
        )
        return copied(session, address)
