"""Seals what was recorded since the last seal."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import TextClause, select, text
from sqlalchemy.orm import Session

from distribution.audit.chain import append_all
from distribution.sealing.horizon import horizon
from distribution.sealing.tables import TransferSeal

MOST_ROWS = 20_000
PATIENCE_SECONDS = 20.0

_ALONE = text("SELECT pg_advisory_xact_lock(7305811940226012)")
_MICROSECONDS = "(extract(epoch FROM {0}) * 1000000)::bigint"
_BATCH = """
SELECT count(*), sha256(convert_to(coalesce(string_agg(row, E'\\n' ORDER BY id), ''), 'UTF8'))
FROM (
    SELECT {id} AS id, json_build_array({values})::text AS row FROM distribution.{table}
    WHERE {id} > :after AND {id} <= :upto
) AS batch
"""
_TRANSFERS = text(
    _BATCH.format(
        id="id",
        table="transfers",
        values=", ".join(
            [
                *("id", "debit_account_id", "credit_account_id", "currency", "amount_minor", "kind"),
                *("document_type", "document_id"),
                *(_MICROSECONDS.format(each) for each in ("effective_at", "recorded_at")),
            ]
        ),
    )
)
_SNAPSHOTS = text(
    _BATCH.format(
        id="sequence",
        table="order_snapshots",
        values="sequence, order_id, number, encode(digest, 'hex')",
    )
)
_HEADS = text("SELECT table_name, number, digest FROM distribution.chain_heads WHERE table_name <> :own")


def seal(
    session: Session,
    *,
    now: datetime,
    patience_seconds: float = PATIENCE_SECONDS,
    most_rows: int = MOST_ROWS,
) -> list[TransferSeal]:
    """Seal every transfer and every order snapshot recorded since the last seal, and the ends of all chains.

    Returns the new seals, each over at most `most_rows` ids of either kind; none when nothing is new. Raises
    StillWriting when a writer's transaction does not end in time. One seals at a time; to be called in a transaction
    that does nothing else.
    """
    session.execute(_ALONE)
    known = session.scalars(select(TransferSeal).order_by(TransferSeal.number.desc()).limit(1)).first()
    drawn = horizon(session, patience_seconds=patience_seconds)
    chains = {
        name: {"number": number, "digest": digest.hex()}
        for name, number, digest in session.execute(_HEADS, {"own": TransferSeal.__tablename__})
        if number
    }
    transfer_id = known.last_transfer_id if known else 0
    snapshot = known.last_snapshot if known else 0
    if known is not None and (transfer_id, snapshot, chains) == (
        drawn.transfer_id,
        drawn.snapshot,
        known.chains,
    ):
        return []
    seals: list[TransferSeal] = []
    while not seals or transfer_id < drawn.transfer_id or snapshot < drawn.snapshot:
        after_transfer_id, after_snapshot = transfer_id, snapshot
        # In steps of ids, not of rows: what a step reads is found without reading all that follows it.
        transfer_id = max(transfer_id, min(drawn.transfer_id, transfer_id + most_rows))
        snapshot = max(snapshot, min(drawn.snapshot, snapshot + most_rows))
        transfer_count, transfers_digest = _batch(session, _TRANSFERS, after_transfer_id, transfer_id)
        snapshot_count, snapshots_digest = _batch(session, _SNAPSHOTS, after_snapshot, snapshot)
        seals.append(
            TransferSeal(
                last_transfer_id=transfer_id,
                transfer_count=transfer_count,
                transfers_digest=transfers_digest,
                last_snapshot=snapshot,
                snapshot_count=snapshot_count,
                snapshots_digest=snapshots_digest,
                chains=chains,
                sealed_at=now,
            )
        )
    append_all(session, seals)
    return seals


def _batch(session: Session, query: TextClause, after: int, upto: int) -> tuple[int, bytes]:
    """How many rows have ids above `after`, up to `upto`, and the digest of all of them."""
    count, digest = session.execute(query, {"after": after, "upto": upto}).one()
    return count, bytes(digest)
