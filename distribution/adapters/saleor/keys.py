"""The keys with which orders of Saleor are read."""

from __future__ import annotations

from sqlalchemy.orm import Session

from distribution.adapters.saleor.mapper import Keys
from distribution.privacy.hashing import shopper_key
from distribution.settings import program


def keys(session: Session) -> Keys:
    """The metadata keys of the program's settings, and this database's key of shopper hashes."""
    metadata = program.read(session).metadata
    return Keys(shopper_key(session), metadata.referral_code, metadata.referral_click)
