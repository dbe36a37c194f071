"""Why every line of an order pays each level what it pays: recomputed from what was frozen, for ever the same."""
