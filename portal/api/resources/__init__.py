"""Every resource of the API, one file each."""

from __future__ import annotations

from portal.api.operation import Operation
from portal.api.resources import (
    adjustments,
    clicks,
    customers,
    distributors,
    explanation,
    ledger,
    orders,
    plans,
    proof,
    ranks,
    receipts,
    reviews,
    settlements,
    simulations,
    tax,
    team,
    withdrawals,
)

OPERATIONS: list[Operation] = [
    operation
    for resource in (
        distributors,
        ranks,
        team,
        orders,
        explanation,
        clicks,
        customers,
        plans,
        simulations,
        receipts,
        reviews,
        settlements,
        adjustments,
        withdrawals,
        tax,
        ledger,
        proof,
    )
    for operation in resource.routes.operations
]
