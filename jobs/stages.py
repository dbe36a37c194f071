"""Puts every product into its sales stage, once a night."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import text

from distribution.db import transaction
from distribution.orders.stages import classify
from distribution.settings import program
from jobs.resources import Resources
from jobs.tracked import tracked

# The first night reads every order there is.
_PATIENCE = text("SET LOCAL statement_timeout = '2h'; SET LOCAL idle_in_transaction_session_timeout = '2h'")


@tracked("classify_products")
def classify_products(given: Resources) -> dict[str, Any] | None:
    """Decide which products are new, sell best or are slow, as the program's settings say."""
    with transaction(given.engine) as session:
        session.execute(_PATIENCE)
        rules = program.read(session).product_stages
        return {"changed": classify(session, rules, datetime.now(UTC))}
