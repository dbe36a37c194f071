"""Issues, assigns, switches off and looks up codes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from distribution.audit.record import record
from distribution.network import find, tree
from distribution.network.tables import Distributor
from distribution.promotion.code import (
    LONGEST_VOUCHER,
    checked_code,
    checked_voucher,
    code_from_name,
    code_key,
)
from distribution.promotion.errors import CodeNotFound, CodeTaken
from distribution.promotion.tables import ReferralCode


@dataclass(frozen=True, slots=True)
class ResolvedCode:
    """What a code leads to."""

    code_key: str
    code: str
    kind: str
    distributor_id: UUID
    active: bool
    """The code is switched on and its distributor is active."""


def issue_code(
    session: Session,
    distributor_id: UUID,
    *,
    actor: str,
    now: datetime,
    code: str | None = None,
    suffix: str | None = None,
) -> ReferralCode:
    """Give a distributor a link code: `code`, or one made of their name and the random `suffix`.

    Raises CodeTaken, InvalidInput for a malformed code, DistributorNotFound.
    """
    if code is None:
        if suffix is None:
            raise ValueError("a code or a suffix to make one with")
        code = code_from_name(find.by_id(session, distributor_id).name, suffix)
    return _add(session, distributor_id, checked_code(code), "link", actor=actor, now=now)


def assign_voucher(
    session: Session, distributor_id: UUID, *, code: str, actor: str, now: datetime
) -> ReferralCode:
    """Make a voucher of the shop a distributor's: orders that use it are theirs, with no link and no cookie."""
    return _add(session, distributor_id, checked_voucher(code), "voucher", actor=actor, now=now)


def deactivate_code(session: Session, code: str, *, actor: str, now: datetime) -> ReferralCode:
    """Switch a code off; it stays taken, so that an old link never becomes somebody else's."""
    key = code_key(code)
    found = session.scalar(select(ReferralCode).where(ReferralCode.code_key == key).with_for_update())
    if found is None:
        raise CodeNotFound(code)
    if found.active:
        found.active = False
        session.flush()
        _record(session, found, "code.deactivate", actor=actor, now=now)
    return found


def resolve(session: Session, codes: Iterable[str]) -> dict[str, ResolvedCode]:
    """What each code leads to now, by `code_key`; unknown codes are left out."""
    keys = {key for key in map(code_key, codes) if 0 < len(key) <= LONGEST_VOUCHER and key.isprintable()}
    if not keys:
        return {}
    rows = session.execute(
        select(
            ReferralCode.code_key,
            ReferralCode.code,
            ReferralCode.kind,
            ReferralCode.distributor_id,
            ReferralCode.active & (Distributor.status == "active"),
        )
        .join(Distributor, Distributor.id == ReferralCode.distributor_id)
        .where(ReferralCode.code_key.in_(keys))
    )
    return {row[0]: ResolvedCode(*row) for row in rows}


def _add(
    session: Session, distributor_id: UUID, code: str, kind: str, *, actor: str, now: datetime
) -> ReferralCode:
    key = code_key(code)
    values = {
        "code_key": key,
        "code": code,
        "kind": kind,
        "distributor_id": distributor_id,
        "created_at": now,
    }
    # A recruit's code is written under the same lock: without it the two would wait for each other crosswise.
    tree.lock(session)
    find.by_id(session, distributor_id)
    added = session.scalar(
        insert(ReferralCode).values(**values).on_conflict_do_nothing().returning(ReferralCode.code_key)
    )
    if added is None:
        raise CodeTaken(code)
    issued = session.get_one(ReferralCode, added)
    _record(session, issued, "code.issue" if kind == "link" else "code.assign_voucher", actor=actor, now=now)
    return issued


def _record(session: Session, code: ReferralCode, action: str, *, actor: str, now: datetime) -> None:
    record(
        session,
        actor=actor,
        action=action,
        subject_type="distributor",
        subject_id=code.distributor_id,
        now=now,
        after={"code": code.code, "kind": code.kind, "active": code.active},
    )
