"""Keeps files by their content, reads them, and forgets what nothing names."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from distribution.media.picture import Picture
from distribution.media.tables import MediaFile

# Every column that names a file refers to it by a foreign key: what PostgreSQL would not let go is what is used.
_REFERENCES = text(
    """
    SELECT format('SELECT 1 FROM %s AS used WHERE used.%I = media_files.digest', conrelid::regclass, attname)
    FROM pg_constraint JOIN pg_attribute ON attrelid = conrelid AND attnum = conkey[1]
    WHERE contype = 'f' AND confrelid = 'distribution.media_files'::regclass ORDER BY 1
    """
)


@dataclass(frozen=True, slots=True)
class Kept:
    """A file as it is given out."""

    content: bytes
    content_type: str


def keep(
    session: Session,
    content: bytes,
    content_type: str,
    *,
    width: int | None = None,
    height: int | None = None,
    now: datetime,
) -> bytes:
    """Keep a file and say its digest; the same content is kept once."""
    digest = hashlib.sha256(content).digest()
    values = {"digest": digest, "content_type": content_type, "content": content, "created_at": now}
    # Kept again it is young again, so that nobody forgets it before it is named.
    session.execute(
        insert(MediaFile)
        .values(**values, width=width, height=height)
        .on_conflict_do_update(index_elements=["digest"], set_={"created_at": now})
    )
    return digest


def keep_picture(session: Session, picture: Picture, *, now: datetime) -> bytes:
    """Keep a picture and say its digest."""
    return keep(
        session,
        picture.content,
        picture.content_type,
        width=picture.width,
        height=picture.height,
        now=now,
    )


def read(session: Session, digest: bytes) -> Kept | None:
    """The file of that digest."""
    found = session.get(MediaFile, digest)
    return None if found is None else Kept(found.content, found.content_type)


def forget_unused(session: Session, *, before: datetime) -> int:
    """Delete files kept before then that no row names; how many they were."""
    unused = " AND ".join(f"NOT EXISTS ({each})" for each in session.scalars(_REFERENCES))
    gone = session.execute(
        text(
            "WITH gone AS (DELETE FROM distribution.media_files"
            f" WHERE created_at < :before AND {unused} RETURNING 1) SELECT count(*) FROM gone"
        ),
        {"before": before},
    )
    count: int = gone.scalar_one()
    return count
