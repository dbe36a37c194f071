"""A distributor asks for money; it is reserved, then paid or returned."""
