"""What is told when somebody joins, or their part in the program changes."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from distribution.network.tables import Distributor
from distribution.notice import tell
from distribution.privacy.masking import masked_name

_TOLD = {
    "approve": "application_approved",
    "reject": "application_rejected",
    "suspend": "suspended",
    "reinstate": "reinstated",
    "leave": "left",
    "remove": "removed",
}


def tell_standing(session: Session, distributor: Distributor, act: str, *, now: datetime) -> None:
    """Tell somebody of a change of their status, and their sponsor that they joined."""
    tell(session, distributor.id, _TOLD[act], key=f"{act}-{now.isoformat()}", now=now)
    if act == "approve":
        tell_sponsor(session, distributor, now=now)


def tell_sponsor(session: Session, distributor: Distributor, *, now: datetime) -> None:
    """Tell whoever recruited them, who sees no more of the name than on the team page."""
    if distributor.sponsor_id is not None:
        tell(
            session,
            distributor.sponsor_id,
            "friend_joined",
            key=f"joined-{distributor.id}",
            facts={"name": masked_name(distributor.name), "friend_id": distributor.id},
            now=now,
        )
