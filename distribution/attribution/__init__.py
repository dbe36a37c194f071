"""Which distributor an order belongs to, and why."""
