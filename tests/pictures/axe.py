"""axe-core on a page: what it finds, in one line each."""

from __future__ import annotations

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

# Every rule for WCAG 2.2 A and AA, and what axe holds for good practice.
_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"]
_OPTIONS: dict[str, Any] = {
    "runOnly": {"type": "tag", "values": _RULES},
    "rules": {"target-size": {"enabled": True}},
    "resultTypes": ["violations"],
}


def violations(page: Page) -> list[str]:
    """`rule: where it is` for each place that breaks a rule; empty for a page that breaks none."""
    found = Axe().run(page, options=_OPTIONS).response["violations"]
    return [
        f"{one['id']} ({one['impact']}): {node['target']} {node['html'][:160]}"
        for one in found
        for node in one["nodes"]
    ]
