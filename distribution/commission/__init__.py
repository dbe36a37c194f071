"""Frozen terms, shares, what each share is worth, and the lines that record it."""
