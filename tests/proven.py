"""That all money follows from what is recorded, as `distribution verify` finds it."""

from __future__ import annotations

from sqlalchemy import Engine

from distribution.db import transaction
from distribution.proof import prove


def proven(engine: Engine) -> None:
    """Prove everything that is committed."""
    with transaction(engine) as session:
        assert [str(difference) for difference in prove(session).differences] == []
