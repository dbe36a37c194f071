"""When commission of an order matures: at the latest, earlier once it was received, or as merchants decided."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from distribution.commission.hold import hold, wait
from distribution.commission.known import KnownShare, KnownTerms
from distribution.commission.lots import Lot
from distribution.commission.plan.compiled import CompiledPlan
from distribution.commission.receipt.rule import Receipt
from distribution.commission.receipt.rule import matures_at as matures_once_received
from distribution.commission.review.rule import Reviews


@dataclass(frozen=True, slots=True)
class Maturity:
    """When lines of one order mature by what is known and decided, given when they would at the latest."""

    order_id: int
    terms: KnownTerms | None
    plan: CompiledPlan | None
    receipts: Sequence[Receipt]
    reviews: Reviews

    def may_move(self) -> bool:
        """Whether anything may mature otherwise than at the latest."""
        return bool(self.receipts) or self.reviews.concern(self.order_id)

    def of(self, share: KnownShare, latest_at: datetime) -> datetime:
        """When what would mature at `latest_at` does."""
        return self.reviews.matures_at(
            self.once_received(share, latest_at), self.order_id, share.distributor_id
        )

    def once_received(self, share: KnownShare, latest_at: datetime) -> datetime:
        """The same without what merchants decided; of superseded terms nothing is left that could move."""
        terms, plan = self.terms, self.plan
        if not self.receipts or terms is None or plan is None or share.terms_number != terms.number:
            return latest_at
        waits, held = wait(plan), hold(terms, plan, share.distributor_id)
        return (
            matures_once_received(latest_at, wait=waits, hold=held, receipts=self.receipts)
            if waits
            else latest_at
        )

    def kind_of(self, share: KnownShare, lot: Lot, target: datetime) -> str:
        """What a move is called: a receipt lets mature earlier what no decision had moved."""
        undecided = lot.matures_at <= lot.original_at and not self.reviews.concern(self.order_id)
        if undecided and target == self.once_received(share, lot.original_at) < lot.matures_at:
            return "receipt"
        return "risk_hold" if target > lot.matures_at else "risk_release"
