"""Checks that seals cover exactly the transfers, snapshots and chains that they sealed.

What was sealed by the database is put together here row by row, by code of its own.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from distribution.ledger.difference import Difference
from distribution.proof.verified import ends_of
from distribution.sealing.tables import TransferSeal

_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
_STEP = 5_000

_SEALS = text("SELECT * FROM distribution.transfer_seals ORDER BY number")
_SEALED = "SELECT * FROM distribution.{table} WHERE {id} > :after AND {id} <= :upto ORDER BY {id}"
_TRANSFERS = text(_SEALED.format(table="transfers", id="id"))
_SNAPSHOTS = text(
    "SELECT sequence, order_id, number, digest FROM distribution.order_snapshots"
    " WHERE sequence > :after AND sequence <= :upto ORDER BY sequence"
)
_LINKS = "SELECT number, digest FROM distribution.{table} WHERE number = ANY (:numbers)"
_HEAD = text("SELECT digest FROM distribution.transfer_seals WHERE number = :number")


def prove_seals(session: Session, tables: tuple[str, ...]) -> Iterator[Difference]:
    """Each seal that does not cover what is there; `tables` are those with a chain."""
    links: dict[str, dict[int, tuple[int, bytes]]] = defaultdict(dict)
    before: Row[Any] | None = None
    for seal in session.execute(_SEALS):
        yield from _covers(session, seal, before)
        for table, (number, digest) in ends_of(seal.chains).items():
            links[table].setdefault(number, (seal.number, digest))
        before = seal
    for table, sealed in links.items():
        yield from _linked(session, table, sealed, known=table in tables)


def prove_head(session: Session, number: int, digest: bytes) -> Iterator[Difference]:
    """That a head which was kept elsewhere is a seal of this chain."""
    found = session.execute(_HEAD, {"number": number}).scalar_one_or_none() if number else b""
    if found is None or bytes(found) != digest:
        yield Difference(
            "a head kept elsewhere is one of the seals",
            TransferSeal.__tablename__,
            str(number),
            digest.hex(),
            "no seal" if found is None else bytes(found).hex(),
        )


def _covers(session: Session, seal: Row[Any], before: Row[Any] | None) -> Iterator[Difference]:
    transfers = (before.last_transfer_id if before else 0, seal.last_transfer_id)
    snapshots = (before.last_snapshot if before else 0, seal.last_snapshot)
    found = _digest(_transfer(row) for row in _rows(session, _TRANSFERS, transfers))
    if found != (seal.transfer_count, bytes(seal.transfers_digest)):
        yield _difference(
            "transfers", "transfers", transfers, seal, (seal.transfer_count, seal.transfers_digest), found
        )
    found = _digest(
        [row.sequence, row.order_id, row.number, bytes(row.digest).hex()]
        for row in _rows(session, _SNAPSHOTS, snapshots)
    )
    if found != (seal.snapshot_count, bytes(seal.snapshots_digest)):
        yield _difference(
            "snapshots of orders",
            "order_snapshots",
            snapshots,
            seal,
            (seal.snapshot_count, seal.snapshots_digest),
            found,
        )


def _rows(session: Session, query: Any, ids: tuple[int, int]) -> Iterator[Row[Any]]:
    return iter(
        session.execute(query, {"after": ids[0], "upto": ids[1]}, execution_options={"yield_per": _STEP})
    )


def _transfer(row: Row[Any]) -> list[Any]:
    return [
        *(row.id, row.debit_account_id, row.credit_account_id, row.currency, row.amount_minor, row.kind),
        *(row.document_type, str(row.document_id)),
        *((at - _BEGINNING) // timedelta(microseconds=1) for at in (row.effective_at, row.recorded_at)),
    ]


def _digest(rows: Iterator[list[Any]]) -> tuple[int, bytes]:
    count, digest = 0, hashlib.sha256()
    for row in rows:
        digest.update(f"{chr(10) if count else ''}{json.dumps(row, ensure_ascii=False)}".encode())
        count += 1
    return count, digest.digest()


def _difference(
    what: str,
    table: str,
    ids: tuple[int, int],
    seal: Row[Any],
    sealed: tuple[int, bytes],
    found: tuple[int, bytes],
) -> Difference:
    return Difference(
        f"the {what} of a seal are those that were sealed",
        table,
        f"{ids[0] + 1} to {ids[1]} (seal {seal.number})",
        f"{sealed[0]} rows, digest {bytes(sealed[1]).hex()[:16]}",
        f"{found[0]} rows, digest {found[1].hex()[:16]}",
    )


def _linked(
    session: Session, table: str, sealed: dict[int, tuple[int, bytes]], *, known: bool
) -> Iterator[Difference]:
    query = text(_LINKS.format(table=table)) if known else None
    found = (
        {number: bytes(digest) for number, digest in session.execute(query, {"numbers": list(sealed)})}
        if query is not None
        else {}
    )
    for number, (seal, digest) in sealed.items():
        if found.get(number) != digest:
            yield Difference(
                f"a chain has the row with which it ended at seal {seal}",
                table,
                str(number),
                digest.hex(),
                found[number].hex() if number in found else "no row",
            )
