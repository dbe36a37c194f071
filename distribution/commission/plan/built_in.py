"""The plan that holds while none is published."""

from __future__ import annotations

from typing import Any

LEVELS = 3
"""Commission reaches three levels and never a fourth; the database holds the same ceiling."""

BUILT_IN_NUMBER = 0
BUILT_IN: dict[str, Any] = {
    "name": "Built-in",
    "base": "net",
    "ceiling_bps": 3_000,
    "hold_days": 14,
    "rates": [{"level": 1, "bps": 1_000}, {"level": 2, "bps": 500}, {"level": 3, "bps": 200}],
}
