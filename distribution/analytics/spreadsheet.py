"""Cells for spreadsheets: no text of others may become a formula there."""

from __future__ import annotations

# Spreadsheets of some countries take the wide forms for the same.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def harmless(text: str) -> str:
    """The cell as it is, or behind an apostrophe where a spreadsheet would calculate it."""
    is_number = text.lstrip("-").replace(".", "").isdigit()
    return f"'{text}" if text.startswith(_FORMULA) and not is_number else text
