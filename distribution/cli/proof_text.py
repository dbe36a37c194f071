"""A proof on the command line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlalchemy import Engine, text

from distribution.cli.progress import bar
from distribution.db import transaction
from distribution.proof import Proof, prove

# Millions of rows take longer than any page may.
_PATIENCE = text("SET LOCAL statement_timeout = '2h'; SET LOCAL idle_in_transaction_session_timeout = '2h'")
_ORDERS = text("SELECT count(*) FROM distribution.orders")


def proven(engine: Engine, *, since_seal: bool = False, kept: Sequence[tuple[int, bytes]] = ()) -> Proof:
    """Prove everything, and show on a terminal how many orders were looked at."""
    with transaction(engine) as session:
        orders = session.execute(_ORDERS).scalar_one()
    with transaction(engine) as session, bar("Proving", orders) as progress:
        session.execute(_PATIENCE)
        return prove(session, since_seal=since_seal, kept=kept, progress=progress)


def proof_lines(proof: Proof) -> Iterator[str]:
    """Every difference, and a line that sums up."""
    for each in proof.differences:
        yield f"{each.table} {each.row}: {each.check}; expected {each.expected}, found {each.found}"
    checked = ", ".join(f"{count} {table.replace('_', ' ')}" for table, count in proof.checked.items())
    verdict = f"{len(proof.differences)} differences" if proof.differences else "Everything agrees"
    sealed = f"up to seal {proof.seal.number}" if proof.seal.number else "nothing sealed yet"
    since = f", worked out anew since seal {proof.since_seal}" if proof.since_seal else ""
    yield f"{verdict}: {checked}; {sealed}{since}."
