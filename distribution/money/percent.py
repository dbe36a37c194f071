"""Between percent, as people write rates, and basis points."""

from __future__ import annotations

import re

from distribution.errors import InvalidInput

_PERCENT = re.compile(r"(?P<whole>\d{1,3})(?:[.,](?P<part>\d{1,4}))?", re.ASCII)


def to_bps(value: str, *, field: str = "percent") -> int:
    """Basis points of a percentage: "12.5" is 1250.

    Never rounds. Raises InvalidInput naming `field` when the text is no number from 0 to 100 with two decimals.
    """
    found = _PERCENT.fullmatch(value.strip().removesuffix("%").strip())
    if found is None:
        raise InvalidInput(f"{field}: {value[:40]!r} is no percentage", field=field)
    part = (found["part"] or "").rstrip("0")
    bps = int(found["whole"] + part.ljust(2, "0")[:2])
    if len(part) > 2 or bps > 10_000:
        raise InvalidInput(f"{field}: must be from 0 to 100 with at most two decimals", field=field)
    return bps


def to_percent_text(bps: int) -> str:
    """The percentage of basis points, as short as it can be written: 1250 is "12.5", 1000 is "10"."""
    whole, part = divmod(bps, 100)
    return f"{whole}.{part:02}".rstrip("0") if part else str(whole)
