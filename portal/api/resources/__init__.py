"""Every resource of the API, one file each."""

from __future__ import annotations

from portal.api.operation import Operation
from portal.api.resources import (
    clicks,
    distributors,
    explanation,
    orders,
    plans,
    proof,
    settlements,
    withdrawals,
)

OPERATIONS: list[Operation] = [
    operation
    for resource in (distributors, orders, explanation, clicks, plans, settlements, withdrawals, proof)
    for operation in resource.routes.operations
]
