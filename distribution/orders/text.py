"""Text that came from outside, made fit to be kept."""

from __future__ import annotations

LONGEST_CODE = 255
"""Longer codes name nobody: they are cut, so that a 10 MB code costs what a short one does, and stay malformed."""


def clean(value: str, longest: int = 1_000) -> str:
    """`value` without what PostgreSQL cannot store (NUL, lone surrogates), cut to `longest` characters."""
    kept = value[: longest + 1].replace("\x00", "\ufffd")
    return kept[:longest].encode("utf-8", "replace").decode("utf-8")


def code(value: object) -> str | None:
    """A referral or voucher code as it was given; None when there is none, cut past what any code may have.

    What is no text becomes its representation: it names nobody, and the order says what was there.
    """
    if value is None or value == "":
        return None
    text = value if isinstance(value, str) else repr(value)[: LONGEST_CODE + 1]
    cleaned = clean(text.strip(), LONGEST_CODE + 1)
    return cleaned or None
