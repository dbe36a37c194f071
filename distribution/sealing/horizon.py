"""Up to which id a table that many write at once is complete: no late commit can join what lies below.

Ids are drawn in one order and committed in another, so the largest id that is visible says nothing. But whoever
inserts locks the table (ROW EXCLUSIVE, which hinders no other writer) before drawing an id, and keeps the lock until
the transaction ends. So: read what ids were drawn, then who holds such a lock, then wait until all of them have
ended. Whoever comes later draws a higher id. A transaction lets its locks go only after its rows are to be seen, so
the next statement sees every row up to the first reading that will ever be there.

Nobody waits but the one who seals: no lock is taken, and the path of a posting is left as it is. Transaction ids would
not do: an id may be drawn before the transaction has one of its own, and a restored copy counts them from the start.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.orm import Session

from distribution.errors import Conflict

_DRAWN = text("""
SELECT coalesce(pg_sequence_last_value(pg_get_serial_sequence('distribution.transfers', 'id')::regclass), 0),
    coalesce(pg_sequence_last_value(
        pg_get_serial_sequence('distribution.order_snapshots', 'sequence')::regclass), 0)
""")
_WRITERS = """
SELECT DISTINCT virtualtransaction FROM pg_locks
WHERE locktype = 'relation' AND mode = 'RowExclusiveLock' AND granted AND pid IS DISTINCT FROM pg_backend_pid()
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
    AND relation IN ('distribution.transfers'::regclass, 'distribution.order_snapshots'::regclass)
"""
_HOLDING = text(_WRITERS)
_STILL_HOLDING = text(
    f"SELECT count(*) FROM ({_WRITERS}) AS writer WHERE virtualtransaction = ANY (:writers)"
)
_PAUSE_SECONDS = 0.02


class StillWriting(Conflict):
    """A transaction that writes transfers or snapshots did not end in time; nothing was sealed, try again."""

    code = "still_writing"


@dataclass(frozen=True, slots=True)
class Horizon:
    """Transfers up to this id and snapshots up to this number are all there, or never will be."""

    transfer_id: int
    snapshot: int


def horizon(
    session: Session, *, patience_seconds: float, pause: Callable[[float], None] = time.sleep
) -> Horizon:
    """What can be sealed now, waiting for those who write; raises StillWriting when one holds on for too long.

    Needs READ COMMITTED: what is asked after the waiting must see what was committed meanwhile.
    """
    drawn = Horizon(*session.execute(_DRAWN).one())
    writers = list(session.execute(_HOLDING).scalars())
    waited = 0.0
    while writers and session.execute(_STILL_HOLDING, {"writers": writers}).scalar_one():
        if waited >= patience_seconds:
            raise StillWriting("transfers or orders are being written in one long transaction; try again")
        pause(_PAUSE_SECONDS)
        waited += _PAUSE_SECONDS
    return drawn
