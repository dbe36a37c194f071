"""How long whoever earns waits after the goods are sent."""

from __future__ import annotations

from tests.model.plan.order import Document, Person


def hold_days(document: Document, person: Person) -> int:
    """The days of their grade, as it was when the order was placed; else everybody's."""
    for grade, days in document.get("hold_days_by_grade", {}).items():
        if grade == person["grade"]:
            return int(days)
    return int(document["hold_days"])
