"""Lets in who has bought, where the program asks for that."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from distribution.db import transaction
from distribution.orders.bought import admit, waiting
from distribution.settings import program
from jobs.resources import Resources
from jobs.tracked import tracked


@tracked("admit_buyers")
def admit_buyers(given: Resources) -> dict[str, Any] | None:
    """Look at every waiting application, each in a transaction of its own."""
    with transaction(given.engine) as session:
        if program.read(session).join_policy != "bought":
            return None
        applicants = waiting(session)
    admitted = 0
    for applicant in applicants:
        with transaction(given.engine) as session:
            admitted += admit(session, applicant, now=datetime.now(UTC))
    return {"looked_at": len(applicants), "admitted": admitted}
