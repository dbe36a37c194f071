"""Joining: who gets in, where they stand, and what is written down."""

from __future__ import annotations

from sqlalchemy.orm import Session

from tests.factories import a_chain, a_code, a_distributor, a_voucher


def test_factories(session: Session) -> None:
    seller, sponsor, top = a_chain(session, 3)
    a_code(session, seller, "ALICE")
    a_voucher(session, seller)
    assert (seller.sponsor_id, seller.second_id, seller.third_id, seller.depth) == (
        sponsor.id,
        top.id,
        None,
        3,
    )
    for status in ("applied", "rejected", "left", "removed", "suspended"):
        assert a_distributor(session, status=status, sponsor=sponsor).status == status
    session.commit()
    five = a_chain(session, 5)
    assert five[0].depth == 5
