"""Plans as a period that is over reads them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from distribution.proof.periods.span import Span
from distribution.proof.rates import Book

WHOLE = "whole "
"""Stands before `own` and `team` where the sales of the whole period decide, not those an order found."""


def book_of(document: Mapping[str, Any], span: Span) -> Book:
    """The plan without the caps on what a distributor earns in the periods that are over, its `whole` tiers renamed."""
    caps = [cap for cap in document.get("caps", ()) if cap.get("period") not in span.decided]
    return Book({**document, "caps": caps, "rates": [_rate(rate, span) for rate in document["rates"]]})


def caps_of(document: Mapping[str, Any], period: str, currency: str) -> list[str]:
    """The amounts of the caps on what a distributor earns in such a period: one or none."""
    return [
        cap["amount"]
        for cap in document.get("caps", ())
        if cap["per"] == "distributor" and cap["period"] == period and cap["currency"] == currency
    ]


def _rate(rate: Mapping[str, Any], span: Span) -> Mapping[str, Any]:
    tiers = rate.get("tiers")
    if tiers is None or tiers["mode"] != "whole" or tiers["period"] not in span.decided:
        return rate
    return {**rate, "tiers": {**tiers, "by": WHOLE + tiers["by"]}}
