"""Where a saved link leads."""

from __future__ import annotations

from typing import NamedTuple
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from distribution.promotion.code import code_key
from distribution.promotion.saved.tables import SavedLink
from distribution.promotion.tables import ReferralCode


class Led(NamedTuple):
    """The link of that name, under its owner's code, and the path it leads to."""

    id: UUID
    path: str
    slug: str
    code: str


def find_link(session: Session, code: str, slug: str) -> Led | None:
    """The link `/r/<code>/<slug>`, also one that was put away or whose owner is not active."""
    row = session.execute(
        select(SavedLink.id, SavedLink.path, SavedLink.slug, ReferralCode.code)
        .join(ReferralCode, ReferralCode.distributor_id == SavedLink.distributor_id)
        .where(ReferralCode.code_key == code_key(code), ReferralCode.kind == "link", SavedLink.slug == slug)
    ).one_or_none()
    return None if row is None else Led(*row)
