"""The code that a distributor's links carry."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import BindParameter, Select, select
from sqlalchemy.orm import Session

from distribution.promotion.tables import ReferralCode


def share_code(session: Session, distributor_id: UUID) -> str | None:
    """Their first link code that is switched on, None for who has none; how it does is asked elsewhere."""
    return session.scalar(choose_code(distributor_id))


def choose_code(distributor_id: UUID | BindParameter[UUID]) -> Select[str]:
    """The question for it, for whoever asks more at once."""
    query = select(ReferralCode.code).where(
        ReferralCode.distributor_id == distributor_id, ReferralCode.kind == "link", ReferralCode.active
    )
    return query.order_by(ReferralCode.created_at, ReferralCode.code_key).limit(1)
