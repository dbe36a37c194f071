"""Copies of somebody's data: asked for, made by a job, fetched for a week, forgotten."""

from __future__ import annotations

import base64
import csv
import io
import json
import zipfile
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session, undefer

from distribution.audit.record import record
from distribution.leaving.collect import parts
from distribution.leaving.tables import DataExport
from distribution.media.keep import read
from distribution.media.own import portrait
from distribution.network import find
from distribution.notice import tell
from distribution.privacy.encryption import Cipher

KEPT = timedelta(days=7)
_README = """What we hold about you, as of {at}.

data.json holds everything in one document; the folder csv holds the same, a file for each table.
Amounts are in the smallest unit of their currency, times are ISO 8601 in UTC.
Left out are passwords, keys and codes (we keep no readable ones), and whatever would tell of other people:
of shoppers who bought through you we hold only what cannot be turned back into a name.
"""


def ask(session: Session, distributor_id: UUID, *, now: datetime) -> DataExport:
    """Have a copy made; one that waits already is not asked for twice, an older one is forgotten."""
    find.by_id(session, distributor_id, for_update=True)
    waiting = newest(session, distributor_id, now=now)
    if waiting is not None and waiting.made_at is None:
        return waiting
    session.execute(delete(DataExport).where(DataExport.distributor_id == distributor_id))
    asked = DataExport(distributor_id=distributor_id, requested_at=now)
    session.add(asked)
    session.flush()
    _record(session, distributor_id, "distributor.ask_data_export", now=now)
    return asked


def newest(session: Session, distributor_id: UUID, *, now: datetime) -> DataExport | None:
    """The copy that waits or can be fetched."""
    query = (
        select(DataExport)
        .where(DataExport.distributor_id == distributor_id)
        .order_by(DataExport.requested_at.desc())
        .limit(1)
    )
    found = session.scalar(query.execution_options(populate_existing=True))
    return None if found is None or (found.expires_at is not None and found.expires_at <= now) else found


def waiting(session: Session) -> Sequence[UUID]:
    """Copies that are to be made, the one asked for first first."""
    return session.scalars(
        select(DataExport.id).where(DataExport.made_at.is_(None)).order_by(DataExport.requested_at)
    ).all()


def make(session: Session, export_id: UUID, *, cipher: Cipher, now: datetime) -> None:
    """Make a copy, unless it was made or forgotten meanwhile; only encrypted it is kept."""
    query = select(DataExport).where(DataExport.id == export_id, DataExport.made_at.is_(None))
    export = session.scalar(query.with_for_update())
    if export is None:
        return
    content = archive(session, export.distributor_id, cipher=cipher, now=now)
    export.content_encrypted = cipher.seal(base64.b64encode(content).decode("ascii")).encode()
    export.size_bytes, export.made_at, export.expires_at = len(content), now, now + KEPT
    session.flush()
    told = {"until_at": export.expires_at}
    tell(session, export.distributor_id, "data_ready", key=f"export-{export.id}", facts=told, now=now)
    _record(session, export.distributor_id, "distributor.make_data_export", now=now)


def fetch(session: Session, distributor_id: UUID, *, cipher: Cipher, now: datetime) -> bytes | None:
    """The archive, if one can be fetched; that it was is on the audit log."""
    query = (
        select(DataExport)
        .where(DataExport.distributor_id == distributor_id, DataExport.expires_at > now)
        .options(undefer(DataExport.content_encrypted))
    )
    found = session.scalar(query)
    if found is None or found.content_encrypted is None:
        return None
    _record(session, distributor_id, "distributor.fetch_data_export", now=now)
    return base64.b64decode(cipher.open(found.content_encrypted.decode()))


def forget_expired(session: Session, *, now: datetime) -> None:
    """Delete copies that nobody can fetch any more."""
    session.execute(delete(DataExport).where(DataExport.expires_at <= now))


def archive(session: Session, distributor_id: UUID, *, cipher: Cipher, now: datetime) -> bytes:
    """A zip file of `data.json`, `csv/<table>.csv` and words about them."""
    data: dict[str, list[dict[str, object]]] = {}
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archived:
        for part in parts(session, distributor_id, cipher=cipher):
            rows = [dict(zip(part.columns, row, strict=True)) for row in part.rows]
            if rows:
                data[part.name] = rows
                archived.writestr(f"csv/{part.name}.csv", _csv(part.columns, rows))
        digest = portrait(session, distributor_id)
        picture = None if digest is None else read(session, digest)
        if picture is not None:
            archived.writestr(f"portrait.{picture.content_type.rpartition('/')[2]}", picture.content)
        document = {"made_at": now.isoformat(), "distributor_id": str(distributor_id), "data": data}
        archived.writestr("data.json", json.dumps(document, ensure_ascii=False, indent=1, default=str))
        archived.writestr("README.txt", _README.format(at=now.isoformat()))
    return written.getvalue()


def _csv(columns: Sequence[str], rows: Sequence[dict[str, object]]) -> str:
    written = io.StringIO()
    table = csv.writer(written, lineterminator="\r\n")
    table.writerow(columns)
    table.writerows([_cell(row[column]) for column in columns] for row in rows)
    return written.getvalue()


def _cell(value: object) -> object:
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False)
    # A spreadsheet would take it for a formula.
    return f"'{value}" if isinstance(value, str) and value[:1] in "=+-@\t\r" else value


def _record(session: Session, distributor_id: UUID, action: str, *, now: datetime) -> None:
    record(
        session,
        actor=f"distributor:{distributor_id}",
        action=action,
        subject_type="distributor",
        subject_id=distributor_id,
        now=now,
    )
