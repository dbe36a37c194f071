"""What distributors said for the tax office: each time a whole profile, and the details of it that are secret."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, LargeBinary, Text
from sqlalchemy.orm import Mapped, mapped_column

from distribution.audit.tables import Chained
from distribution.db.base import Base
from distribution.db.types import UtcTime


class TaxProfile(Chained, Base):
    """Where a distributor is taxed and as what, from `recorded_at` until the next; statements name the one they used.

    `tax_id_label` is what people see of the tax id, None without one. `details_digest` is of the details as they were
    before they were encrypted. Who agreed to `self_billing` gets invoices written by the merchant in their name.
    """

    __tablename__ = "tax_profiles"
    __table_args__ = (
        Index("tax_profiles_distributor_id_idx", "distributor_id", "number"),
        CheckConstraint("country ~ '^[A-Z]{2}$'", name="country"),
        CheckConstraint("recipient IN ('person', 'company')", name="recipient"),
    )

    distributor_id: Mapped[UUID]
    country: Mapped[str] = mapped_column(Text)
    recipient: Mapped[str] = mapped_column(Text)
    tax_id_label: Mapped[str | None] = mapped_column(Text)
    self_billing: Mapped[bool]
    details_digest: Mapped[bytes] = mapped_column(LargeBinary)
    actor: Mapped[str] = mapped_column(Text)
    recorded_at: Mapped[UtcTime]


class TaxDetails(Base):
    """Name, address and tax id of a profile, encrypted; apart from it, because keys are changed."""

    __tablename__ = "tax_details"

    profile_number: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("distribution.tax_profiles.number"), primary_key=True, autoincrement=False
    )
    details_encrypted: Mapped[bytes] = mapped_column(LargeBinary)
