"""What the shop says of an order: signals that it changed, and the snapshots read since."""
