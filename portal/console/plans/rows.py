"""Rows of a draft: added, doubled, moved, taken away."""

from __future__ import annotations

import copy
import re
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

SECTIONS = ("rates", "campaigns", "caps")
_ROW = re.compile(r"(rates|campaigns|caps)\[(\d{1,5})\]")


def change(document: dict[str, Any], act: str, path: str, *, fresh: dict[str, Any]) -> str:
    """Carry out `act` on the row or list at `path`; returns the row to show then, "" for none."""
    if act == "add" and path in SECTIONS:
        entries = _entries(document, path)
        entries.append(fresh)
        return f"{path}[{len(entries) - 1}]"
    found = _ROW.fullmatch(path)
    if found is None:
        return ""
    section, place = found[1], int(found[2])
    entries = _entries(document, section)
    if place >= len(entries):
        return ""
    match act:
        case "remove":
            del entries[place]
            if not entries and section != "rates":
                document.pop(section)
            return ""
        case "double":
            entries.insert(place + 1, copy.deepcopy(entries[place]))
            return f"{section}[{place + 1}]"
        case "up" | "down":
            other = place + (-1 if act == "up" else 1)
            if 0 <= other < len(entries):
                entries[place], entries[other] = entries[other], entries[place]
                return f"{section}[{other}]"
    return path


def fresh_row(
    section: str, document: dict[str, Any], *, currency: str, now: datetime, zone: str
) -> dict[str, Any]:
    """The row that an added rule begins with."""
    if section == "campaigns":
        begin = (now.astimezone(ZoneInfo(zone)) + timedelta(days=1)).replace(
            hour=0, minute=0, second=0, microsecond=0
        )
        return {
            "name": "",
            "from": begin.isoformat(),
            "to": (begin + timedelta(days=7)).isoformat(),
            "multiplier_bps": 20_000,
        }
    if section == "caps":
        return {"per": "order", "amount": "", "currency": currency}
    taken = {rate.get("level") for rate in _entries(document, "rates") if isinstance(rate, dict)}
    return {"level": next((level for level in (1, 2, 3) if level not in taken), 1), "bps": ""}


def _entries(document: dict[str, Any], section: str) -> list[Any]:
    found = document.get(section)
    if not isinstance(found, list):
        found = document[section] = []
    return found
