"""Sales and claims of a period, counted as orders are recorded: no tier or cap reads a history again."""
