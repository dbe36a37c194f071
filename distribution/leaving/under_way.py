"""The closing of an account that is under way, and accounts whose closing is over for good."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from distribution.errors import Conflict
from distribution.leaving.tables import AccountClosing


class AccountErased(Conflict):
    """Nobody is behind this account any more: it can be given to nobody."""

    code = "account_erased"

    def __init__(self) -> None:
        super().__init__("the account was closed and the person erased", field="status")


def waiting(session: Session, distributor_id: UUID, *, for_update: bool = False) -> AccountClosing | None:
    """The closing that is under way; `for_update` before every other lock, so that it is not ended twice."""
    query = select(AccountClosing).where(
        AccountClosing.distributor_id == distributor_id, AccountClosing.ended_at.is_(None)
    )
    if for_update:
        query = query.with_for_update()
    return session.scalar(query.execution_options(populate_existing=True))


def is_erased(session: Session, distributor_id: UUID) -> bool:
    """Whether a closing of theirs was carried to its end."""
    ended = exists().where(
        AccountClosing.distributor_id == distributor_id,
        AccountClosing.ended_at.is_not(None),
        AccountClosing.taken_back.is_(False),
    )
    return bool(session.scalar(select(ended)))
