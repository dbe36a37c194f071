"""Small factories: each makes one thing through the verbs that production uses,
with what a test does not care about chosen for it.

seller, sponsor, top = a_chain(session, 3)
code = a_code(session, seller, "ALICE")
"""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import count

from sqlalchemy.orm import Session

from distribution.network import terms
from distribution.network.join import join
from distribution.network.standing import ACTS, change_standing
from distribution.network.tables import Distributor
from distribution.promotion.codes import assign_voucher, issue_code
from distribution.promotion.tables import ReferralCode
from distribution.settings import program

EARLY = datetime(2026, 1, 1, 9, 0, tzinfo=UTC)
"""When people join unless a test says otherwise: before every order."""
ACTOR = "merchant:test"
_number = count(1)


def a_distributor(
    session: Session,
    *,
    name: str = "Ada Lovelace",
    email: str | None = None,
    sponsor: Distributor | None = None,
    status: str = "active",
    code: str | None = None,
    password: str | None = None,
    now: datetime = EARLY,
) -> Distributor:
    """A distributor in any status, with a link code if `code` names one."""
    distributor = join(
        session,
        email=email or f"person-{next(_number)}@example.com",
        name=name,
        password=password,
        sponsor_id=sponsor.id if sponsor else None,
        status="applied" if status in ("applied", "rejected") else "active",
        actor=ACTOR,
        now=now,
    )
    terms.keep(session, distributor.id, version=program.read(session).terms_version, ip_sealed=None, now=now)
    act = next((act for act in ACTS.values() if act.to == status != "active"), None)
    if act is not None:
        change_standing(session, distributor.id, act, actor=ACTOR, now=now, reason="a test wants it")
    if code is not None:
        issue_code(session, distributor.id, code=code, actor=ACTOR, now=now)
    return distributor


def a_chain(session: Session, length: int = 3, *, now: datetime = EARLY) -> list[Distributor]:
    """Active distributors each sponsored by the next one: the first is the seller (level 1), the last has no sponsor.

    Longer chains than three lift the program's depth limit first.
    """
    if length > program.read(session).max_tree_depth:
        a_deep_program(session, length, now=now)
    chain: list[Distributor] = []
    for depth in range(1, length + 1):
        chain.insert(
            0, a_distributor(session, name=f"Depth {depth}", sponsor=chain[0] if chain else None, now=now)
        )
    return chain


def a_code(
    session: Session, distributor: Distributor, code: str | None = None, *, now: datetime = EARLY
) -> ReferralCode:
    """A link code of the distributor."""
    return issue_code(session, distributor.id, code=code or f"CODE-{next(_number)}", actor=ACTOR, now=now)


def a_voucher(
    session: Session, distributor: Distributor, code: str | None = None, *, now: datetime = EARLY
) -> ReferralCode:
    """A voucher of the shop that is the distributor's."""
    return assign_voucher(
        session, distributor.id, code=code or f"VOUCHER-{next(_number)}", actor=ACTOR, now=now
    )


def a_deep_program(session: Session, depth: int, *, now: datetime = EARLY) -> None:
    """Lift the limit of the tree's depth."""
    program.change(
        session, {"max_tree_depth": depth, "depth_acknowledgement": "a test wants it"}, actor=ACTOR, now=now
    )
