"""Why a share of an order line is worth what it is: the facts and the arithmetic, step by step."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from distribution.analytics.order_worth import OwnShare
from distribution.commission.entitlement import entitlement
from distribution.commission.kept import kept
from distribution.orders.snapshot import OrderSnapshot


@dataclass(frozen=True, slots=True)
class Explanation:
    """One share of one line. `nothing` names why it is worth 0 whatever happens; `scaled_to_bps` the plan's ceiling
    when the rates together passed it and each was lowered."""

    share_number: int
    level: int
    product: str
    sku: str
    base: str
    base_minor: int
    quantity: int
    fulfilled: int
    returned: int
    kept_numerator: int
    kept_denominator: int
    rate_bps: int | None
    fixed_minor: int | None
    scaled_to_bps: int | None
    rate_numerator: int
    rate_denominator: int
    paid: bool
    alive: bool
    nothing: str | None
    amount_minor: int
    potential_minor: int

    @property
    def is_whole(self) -> bool:
        """Whether the shop kept all the money of what was delivered."""
        return self.kept_numerator == self.kept_denominator


def explain(snapshot: OrderSnapshot, share: OwnShare) -> Explanation:
    """The explanation of one share by the newest snapshot of its order."""
    line = next((each for each in snapshot.lines if each.id == share.line_id), None)
    factor = kept(snapshot.lines, snapshot.given_back_minor)
    worth = entitlement(snapshot, [share])[share.number]
    rule: dict[str, Any] = dict(share.rule)
    base_minor = 0 if line is None else (line.net_minor if share.base == "net" else line.gross_minor)
    return Explanation(
        share_number=share.number,
        level=share.level,
        product=(line.name or line.sku or line.id) if line else share.line_id,
        sku=(line.sku or "") if line else "",
        base=share.base,
        base_minor=base_minor,
        quantity=line.quantity if line else 0,
        fulfilled=line.fulfilled if line else 0,
        returned=line.returned if line else 0,
        kept_numerator=factor.numerator,
        kept_denominator=factor.denominator,
        rate_bps=rule.get("bps"),
        fixed_minor=rule.get("fixed"),
        scaled_to_bps=rule.get("ceiling_bps"),
        rate_numerator=share.rate_numerator,
        rate_denominator=share.rate_denominator,
        paid=snapshot.paid,
        alive=snapshot.alive,
        nothing="line_gone" if line is None else rule.get("nothing"),
        amount_minor=worth.amount_minor,
        potential_minor=worth.potential_minor,
    )
