"""Keeps what a proof found, for the console to show."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from distribution.audit.record import record
from distribution.audit.tables import Verification
from distribution.proof.prove import Proof


def ask(session: Session, *, actor: str, now: datetime) -> None:
    """Note that somebody asked for a proof that a job carries out."""
    record(session, actor=actor, action="proof.ask", subject_type="proof", subject_id="proof", now=now)


def keep(session: Session, proof: Proof, *, actor: str, now: datetime) -> Verification:
    """Write down a proof and who asked for it; in a transaction of its own, for the proof reads one state only."""
    kept = write(session, proof, now=now)
    record(
        session,
        actor=actor,
        action="proof.keep",
        subject_type="proof",
        subject_id=kept.id,
        now=now,
        after={"holds": proof.holds, "differences": len(proof.differences)},
    )
    return kept


def write(session: Session, proof: Proof, *, now: datetime) -> Verification:
    """The same for a job's proof, which nobody asked for."""
    found = proof.to_json()
    kept = Verification(
        at=now,
        differences=found["differences"],
        checked=found["checked"],
        seal_number=proof.seal.number,
        seal_digest=proof.seal.digest,
        since_seal=proof.since_seal,
    )
    session.add(kept)
    session.flush()
    return kept


def kept_since(session: Session, moment: datetime) -> Verification | None:
    """The newest proof that was kept, unless it is older than that."""
    query = select(Verification).where(Verification.at >= moment).order_by(Verification.id.desc()).limit(1)
    return session.scalars(query).one_or_none()
