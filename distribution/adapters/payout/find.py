"""Finds the payout adapters that are installed."""

from __future__ import annotations

from importlib.metadata import entry_points

from distribution.withdrawal.provider import PayoutProvider

GROUP = "distribution.payout_adapters"


def payout_adapters() -> dict[str, PayoutProvider]:
    """One adapter for each entry point of the group, by its name: the method a withdrawal asks for."""
    return {point.name: point.load()() for point in entry_points(group=GROUP)}
