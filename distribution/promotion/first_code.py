"""The code a distributor is known by: their oldest link code that is switched on."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from distribution.promotion.tables import ReferralCode


def first_codes(session: Session, distributor_ids: Sequence[UUID]) -> dict[UUID, str]:
    """The code of each distributor who has one."""
    query = (
        select(ReferralCode.distributor_id, ReferralCode.code)
        .where(
            ReferralCode.distributor_id.in_(distributor_ids),
            ReferralCode.kind == "link",
            ReferralCode.active,
        )
        # The oldest comes last, and stays.
        .order_by(ReferralCode.created_at.desc(), ReferralCode.code_key.desc())
    )
    return {row.distributor_id: row.code for row in session.execute(query)}
