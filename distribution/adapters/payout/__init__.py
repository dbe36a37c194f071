"""Payout providers; a package adds its own by an entry point in the group `distribution.payout_adapters`."""

from distribution.adapters.payout.base import PayoutAdapter
from distribution.adapters.payout.find import payout_adapters, payout_problems

__all__ = ["PayoutAdapter", "payout_adapters", "payout_problems"]
