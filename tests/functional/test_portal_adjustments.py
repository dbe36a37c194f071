"""What was given or taken by hand, as the distributor it is about sees it."""

from __future__ import annotations

from datetime import UTC, datetime

from flask.testing import FlaskClient
from sqlalchemy import Engine

from distribution.adjustment.document import Proposal
from distribution.adjustment.propose import propose
from distribution.db import transaction
from distribution.settings import program
from tests.factories import ACTOR
from tests.functional.world import World


def test_the_distributor_reads_what_was_carried_out_and_why(
    hero: FlaskClient, lived_in_engine: Engine, world: World
) -> None:
    rules = {"second_person_above_minor": {"USD": 5_000}}
    with transaction(lived_in_engine) as session:
        program.change(session, {"adjustment": rules}, actor=ACTOR, now=datetime.now(UTC))
        for number, amount_minor in enumerate((500, -200, 9_000, 100, 101, 102, 103)):
            proposal = Proposal(
                world.hero_id, amount_minor, "USD", "correction", f"Correction number {number}", f"10{number}"
            )
            propose(session, proposal, actor=ACTOR, now=datetime.now(UTC))
    page = hero.get("/earnings").get_data(as_text=True)
    assert "Correction number 6" in page
    assert "Correction number 0" not in page
    everything = hero.get("/earnings/adjustments").get_data(as_text=True)
    assert [number for number in range(7) if f"Correction number {number}" in everything] == [
        0,
        1,
        3,
        4,
        5,
        6,
    ]
    other = hero.get("/earnings/adjustments", headers={"Accept-Language": "zh"}).get_data(as_text=True)
    assert "更正" in other
