"""Every resource of the API, one file each."""

from __future__ import annotations

from portal.api.operation import Operation
from portal.api.resources import clicks, distributors, orders, plans, proof, settlements, withdrawals

OPERATIONS: list[Operation] = [
    operation
    for resource in (distributors, orders, clicks, plans, settlements, withdrawals, proof)
    for operation in resource.routes.operations
]
