"""Servers of ours that follow the published contracts of payout providers, and fail in the ways they do."""
