"""Codes, those of them that are in the shop's voucher, clicks, and the referral a checkout was seen with."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import Boolean, CheckConstraint, ForeignKey, Index, LargeBinary, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from distribution.db.base import Base
from distribution.db.types import UtcTime


class ReferralCode(Base):
    """A token that leads to a distributor: the code of their link, or a voucher of the shop that is theirs.

    One namespace, compared without regard to case: `code_key` is the code in upper case.
    """

    __tablename__ = "referral_codes"
    __table_args__ = (
        Index("referral_codes_distributor_id_idx", "distributor_id"),
        CheckConstraint("kind IN ('link', 'voucher')", name="kind"),
        CheckConstraint("char_length(code) BETWEEN 1 AND 255", name="length"),
    )

    code_key: Mapped[str] = mapped_column(Text, primary_key=True)
    code: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(Text)
    distributor_id: Mapped[UUID] = mapped_column(ForeignKey("distribution.distributors.id"))
    active: Mapped[bool] = mapped_column(Boolean, server_default=text("true"))
    created_at: Mapped[UtcTime]


class ShopVoucher(Base):
    """A code that was put into the shop's voucher; `refused` is why the shop would not have it."""

    __tablename__ = "shop_vouchers"

    code_key: Mapped[str] = mapped_column(Text, primary_key=True)
    voucher_id: Mapped[str] = mapped_column(Text)
    refused: Mapped[str | None] = mapped_column(Text)
    at: Mapped[UtcTime]


class VoucherOffer(Base):
    """What the shop's voucher gives to whoever uses it, as it was read last; `promotion.offer` says what is in it."""

    __tablename__ = "voucher_offers"

    voucher_id: Mapped[str] = mapped_column(Text, primary_key=True)
    document: Mapped[dict[str, Any]] = mapped_column(JSONB)
    read_at: Mapped[UtcTime]


class Click(Base):
    """One recorded visit; the IP address only as a keyed hash, `url` as `promotion.landing` has it.

    `link_id` is the saved link they followed, if it was one.
    """

    __tablename__ = "clicks"
    __table_args__ = (
        Index("clicks_distributor_id_at_idx", "distributor_id", "at"),
        Index(
            "clicks_details_at_idx",
            "at",
            postgresql_where=text("ip_hash IS NOT NULL OR user_agent IS NOT NULL"),
        ),
    )

    id: Mapped[str] = mapped_column(Text, primary_key=True)
    code_key: Mapped[str] = mapped_column(Text)
    distributor_id: Mapped[UUID] = mapped_column(ForeignKey("distribution.distributors.id"))
    at: Mapped[UtcTime]
    url: Mapped[str | None] = mapped_column(Text)
    ip_hash: Mapped[bytes | None] = mapped_column(LargeBinary)
    user_agent: Mapped[str | None] = mapped_column(Text)
    link_id: Mapped[UUID | None]


class ClickRepeat(Base):
    """A visit that counts as another click: an order that carries its id came by that one."""

    __tablename__ = "click_repeats"

    id: Mapped[str] = mapped_column(Text, primary_key=True)
    click_id: Mapped[str] = mapped_column(Text)


class CheckoutReferral(Base):
    """The referral a checkout was last seen with, known before there is an order."""

    __tablename__ = "checkout_referrals"

    source: Mapped[str] = mapped_column(Text, primary_key=True)
    checkout_id: Mapped[str] = mapped_column(Text, primary_key=True)
    code: Mapped[str | None] = mapped_column(Text)
    click_id: Mapped[str | None] = mapped_column(Text)
    distributor_id: Mapped[UUID | None] = mapped_column(ForeignKey("distribution.distributors.id"))
    seen_at: Mapped[UtcTime]
