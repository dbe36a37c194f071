"""Cells for spreadsheets: no text of others may become a formula there."""

from __future__ import annotations

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def harmless(text: str) -> str:
    """The cell as it is, or behind an apostrophe where a spreadsheet would calculate it."""
    is_number = text.lstrip("-").replace(".", "").isdigit()
    return f"'{text}" if text.startswith(_FORMULA) and not is_number else text
