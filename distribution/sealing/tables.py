"""The seals: a chain of digests over what the busy tables hold."""

from __future__ import annotations

from sqlalchemy import BigInteger, CheckConstraint, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from distribution.audit.tables import Chained
from distribution.db.base import Base
from distribution.db.types import JsonObject, UtcTime


class TransferSeal(Chained, Base):
    """All transfers, and all snapshots of orders, that were recorded since the seal before.

    It covers the ids above its predecessor's `last_transfer_id` up to its own, and likewise the snapshots; ids that no
    row has were drawn by transactions that failed. `chains` are the ends of the chained tables when it was sealed.
    """

    __tablename__ = "transfer_seals"
    __table_args__ = (CheckConstraint("transfer_count >= 0 AND snapshot_count >= 0", name="counts"),)

    last_transfer_id: Mapped[int] = mapped_column(BigInteger)
    transfer_count: Mapped[int] = mapped_column(BigInteger)
    transfers_digest: Mapped[bytes] = mapped_column(LargeBinary)
    last_snapshot: Mapped[int] = mapped_column(BigInteger)
    snapshot_count: Mapped[int] = mapped_column(BigInteger)
    snapshots_digest: Mapped[bytes] = mapped_column(LargeBinary)
    chains: Mapped[JsonObject]
    sealed_at: Mapped[UtcTime]
