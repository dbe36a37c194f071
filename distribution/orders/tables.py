"""The inbox, the snapshots, and the newest snapshot of each order as a row to query."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    DateTime,
    ForeignKeyConstraint,
    Identity,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from distribution.audit.tables import Chained
from distribution.db.base import AppendOnly, Base
from distribution.db.types import Key, UtcTime


class Signal(Base):
    """One signal: an order or a checkout changed, a customer signed up, the plugin's settings were saved.

    It is gone once what it announced was read and recorded.
    """

    __tablename__ = "inbox"
    __table_args__ = (
        Index("inbox_due_at_idx", "due_at", "id"),
        Index("inbox_subject_idx", "kind", "subject_id"),
        CheckConstraint("kind IN ('order', 'checkout', 'customer', 'settings')", name="kind"),
    )

    id: Mapped[Key]
    source: Mapped[str] = mapped_column(Text, server_default=text("'saleor'"))
    kind: Mapped[str] = mapped_column(Text)
    subject_id: Mapped[str] = mapped_column(Text)
    hook: Mapped[str] = mapped_column(Text)
    referral: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    received_at: Mapped[UtcTime] = mapped_column(
        DateTime(timezone=True), server_default=text("clock_timestamp()")
    )
    due_at: Mapped[UtcTime] = mapped_column(DateTime(timezone=True), server_default=text("clock_timestamp()"))
    claimed_until: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    attempts: Mapped[int] = mapped_column(Integer, server_default=text("0"))
    last_error: Mapped[str | None] = mapped_column(Text)


class Order(Base):
    """An order as its newest snapshot shows it, with the counters and the digest that close its history.

    Snapshots, terms, shares and commission lines of an order are numbered 1, 2, 3 …; the counters say how many
    there must be and `digest` is that of the last snapshot, which chains all before it and what each one caused.
    `distributor_id` is the seller of the terms in force, `second_id` and `third_id` are who stands above: so
    everybody's newest orders are read from an index, however many they have.
    """

    __tablename__ = "orders"
    __table_args__ = (
        UniqueConstraint("source", "external_id", name="orders_external_id_key"),
        Index("orders_placed_at_idx", "placed_at"),
        # With what the program's sales are summed of: a year of them is read without reading an order.
        Index(
            "orders_currency_idx",
            "currency",
            "placed_at",
            postgresql_include=["status", "distributor_id", "net_minor"],
        ),
        Index(
            "orders_astray_idx",
            "placed_at",
            "id",
            postgresql_where=text("reason IN ('unknown_code', 'malformed_code', 'inactive_distributor')"),
        ),
        Index("orders_distributor_id_idx", "distributor_id", "placed_at", "id"),
        Index(
            "orders_second_id_idx",
            "second_id",
            "placed_at",
            "id",
            postgresql_where=text("second_id IS NOT NULL"),
        ),
        Index(
            "orders_third_id_idx",
            "third_id",
            "placed_at",
            "id",
            postgresql_where=text("third_id IS NOT NULL"),
        ),
        Index(
            "orders_customer_key_idx",
            "customer_key",
            "placed_at",
            postgresql_where=text("customer_key IS NOT NULL"),
        ),
        # Whoever waits for a payment notices it by these, in however old an order.
        *(
            Index(
                f"orders_{column}_unpaid_idx",
                column,
                "id",
                postgresql_where=text("status = 'open' AND NOT paid"),
            )
            for column in ("distributor_id", "second_id", "third_id")
        ),
        CheckConstraint("status IN ('draft', 'open', 'cancelled')", name="status"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    source: Mapped[str] = mapped_column(Text)
    external_id: Mapped[str] = mapped_column(Text)
    number: Mapped[str] = mapped_column(Text)
    channel: Mapped[str] = mapped_column(Text)
    currency: Mapped[str] = mapped_column(Text)
    country: Mapped[str | None] = mapped_column(Text)
    customer_key: Mapped[bytes | None] = mapped_column(LargeBinary)
    status: Mapped[str] = mapped_column(Text)
    paid: Mapped[bool] = mapped_column(Boolean)
    total_minor: Mapped[int] = mapped_column(BigInteger)
    net_minor: Mapped[int] = mapped_column(BigInteger)
    sales_minor: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))
    quantity: Mapped[int] = mapped_column(Integer)
    fulfilled_quantity: Mapped[int] = mapped_column(Integer)
    returned_quantity: Mapped[int] = mapped_column(Integer)
    given_back_minor: Mapped[int] = mapped_column(BigInteger)
    placed_at: Mapped[UtcTime]
    observed_at: Mapped[UtcTime]
    content_hash: Mapped[bytes] = mapped_column(LargeBinary)
    distributor_id: Mapped[UUID | None]
    second_id: Mapped[UUID | None]
    third_id: Mapped[UUID | None]
    reason: Mapped[str | None] = mapped_column(Text)
    snapshot_count: Mapped[int] = mapped_column(Integer)
    terms_count: Mapped[int] = mapped_column(Integer)
    share_count: Mapped[int] = mapped_column(Integer)
    line_count: Mapped[int] = mapped_column(Integer)
    digest: Mapped[bytes] = mapped_column(LargeBinary)


class OrderSnapshot(AppendOnly, Base):
    """One state of an order, as it was read at `observed_at`; `digest` chains it to the one before.

    `parts` are short digests of the snapshot and of the terms, shares, lines and binding it caused, so that a broken
    seal says where. `sequence` numbers the snapshots of all orders, with gaps, for the seals over them all.
    """

    __tablename__ = "order_snapshots"
    __table_args__ = (
        ForeignKeyConstraint(["order_id"], ["distribution.orders.id"]),
        # Rows lie in the order they were written: a few pages find what is new.
        Index("order_snapshots_sequence_idx", "sequence", postgresql_using="brin"),
    )

    order_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    number: Mapped[int] = mapped_column(Integer, primary_key=True)
    observed_at: Mapped[UtcTime]
    recorded_at: Mapped[UtcTime]
    state: Mapped[dict[str, Any]] = mapped_column(JSONB)
    parts: Mapped[bytes] = mapped_column(LargeBinary)
    digest: Mapped[bytes] = mapped_column(LargeBinary)
    sequence: Mapped[int] = mapped_column(BigInteger, Identity())


class BadSnapshot(Base):
    """What the shop answered for an order and we could not read, with why; cleared by the next good one."""

    __tablename__ = "bad_snapshots"

    source: Mapped[str] = mapped_column(Text, primary_key=True)
    external_id: Mapped[str] = mapped_column(Text, primary_key=True)
    observed_at: Mapped[UtcTime]
    error: Mapped[str] = mapped_column(Text)
    answer: Mapped[dict[str, Any]] = mapped_column(JSONB)
    resolved_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class Reconciliation(Base):
    """One comparison with the shop: what range, what it repaired; the last good one is where the next begins.

    `kind` says what lies in the range: orders by when they changed, by when they were placed, or every one.
    """

    __tablename__ = "reconciliations"
    __table_args__ = (CheckConstraint("kind IN ('changed', 'placed', 'everything')", name="kind"),)

    id: Mapped[Key]
    source: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(Text, server_default=text("'changed'"))
    since_at: Mapped[UtcTime]
    until_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    started_at: Mapped[UtcTime]
    finished_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    seen: Mapped[int] = mapped_column(Integer, server_default=text("0"))
    repaired: Mapped[int] = mapped_column(Integer, server_default=text("0"))
    failed: Mapped[int] = mapped_column(Integer, server_default=text("0"))
    paid: Mapped[int] = mapped_column(Integer, server_default=text("0"))
    attributed: Mapped[int] = mapped_column(Integer, server_default=text("0"))
    error: Mapped[str | None] = mapped_column(Text)


class ProductStage(Chained, Base):
    """From `effective_at` on, a product is in this stage; `units` were sold in the days that decided it.

    Before the first record a product is `regular`. A row is written only where the stage changes, so a chain over the
    whole table bears it.
    """

    __tablename__ = "product_stages"
    __table_args__ = (
        Index("product_stages_as_of_idx", "product_id", text("effective_at DESC"), text("number DESC")),
        CheckConstraint("stage IN ('new', 'best_selling', 'slow', 'regular')", name="stage"),
    )

    product_id: Mapped[str] = mapped_column(Text)
    stage: Mapped[str] = mapped_column(Text)
    units: Mapped[int] = mapped_column(BigInteger)
    effective_at: Mapped[UtcTime]


class FirstSale(Base):
    """When the first paid order with a product was placed; every product that ever sold has one.

    What is learnt from an order stays, even if it is cancelled later.
    """

    __tablename__ = "first_sales"

    product_id: Mapped[str] = mapped_column(Text, primary_key=True)
    sold_at: Mapped[UtcTime]


class StageReading(Base):
    """How far the products' sales have been read, in one row.

    `order_id` was the newest order at the last reading, `previous_order_id` at the one before, where the next one
    begins: an order that was still being written at the last reading has a lower id than others it saw.
    """

    __tablename__ = "stage_readings"
    __table_args__ = (CheckConstraint("id = 1", name="single"),)

    id: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    order_id: Mapped[int] = mapped_column(BigInteger)
    previous_order_id: Mapped[int] = mapped_column(BigInteger)


class CatalogueItem(Base):
    """A channel, category, collection, product or variant as the shop last showed it; a channel's id is its slug.

    `parent_id` is what it hangs below: a category's parent, a product's category, a variant's product. What a whole
    reading did not show is gone; it is kept, since orders and plans go on naming it.
    """

    __tablename__ = "catalogue_items"
    __table_args__ = (
        CheckConstraint(
            "kind IN ('channel', 'category', 'collection', 'product', 'variant')",
            name="kind",
        ),
    )

    kind: Mapped[str] = mapped_column(Text, primary_key=True)
    id: Mapped[str] = mapped_column(Text, primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    parent_id: Mapped[str | None] = mapped_column(Text)
    seen_at: Mapped[UtcTime]
    gone: Mapped[bool] = mapped_column(Boolean, server_default=text("false"))


class CatalogueReading(Base):
    """When the catalogue of one kind was last read to its end, and how much there was."""

    __tablename__ = "catalogue_readings"

    kind: Mapped[str] = mapped_column(Text, primary_key=True)
    read_at: Mapped[UtcTime]
    items: Mapped[int] = mapped_column(Integer)


class CatalogueOffer(Base):
    """A product or collection as everybody sees it in a channel of the shop; `price_minor` is the lowest, with tax.

    `net_minor` is that without tax.
    It is what links lead to. What a whole reading did not show is not offered any more, and not kept.
    """

    __tablename__ = "catalogue_offers"
    __table_args__ = (CheckConstraint("kind IN ('collection', 'product')", name="kind"),)

    channel: Mapped[str] = mapped_column(Text, primary_key=True)
    kind: Mapped[str] = mapped_column(Text, primary_key=True)
    id: Mapped[str] = mapped_column(Text, primary_key=True)
    slug: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    picture: Mapped[str | None] = mapped_column(Text)
    price_minor: Mapped[int | None] = mapped_column(BigInteger)
    currency: Mapped[str | None] = mapped_column(Text)
    in_stock: Mapped[bool] = mapped_column(Boolean)
    net_minor: Mapped[int | None] = mapped_column(BigInteger)
    large_picture: Mapped[str | None] = mapped_column(Text)
    seen_at: Mapped[UtcTime]
