"""An adjustment whose process is killed at any statement moved all of its money or none, and is carried out once."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID, uuid4

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from distribution.adjustment import read
from distribution.adjustment.approve import approve
from distribution.adjustment.document import Proposal
from distribution.adjustment.proof import proof
from distribution.adjustment.propose import propose
from distribution.db import transaction
from distribution.ledger.proof import proof as ledger_proof
from distribution.ledger.read import holdings
from distribution.settings import program
from tests.kill import finishes_unless_killed_at
from tests.money import NOW, person

ADA, BEN = "merchant:ada", "merchant:ben"


def _state(engine: Engine, adjustment_id: UUID, who: UUID) -> tuple[str | None, int]:
    with transaction(engine) as session:
        assert [str(each) for each in (*proof(session), *ledger_proof(session))] == []
        seen = read.find(session, adjustment_id)
        return seen and seen.state, sum(each.available_minor for each in holdings(session, [who]))


def _killed_everywhere(url: str, act: Callable[[Engine], object], check: Callable[[], object]) -> int:
    """Kill `act` at its first step, then at its second, and so on until it ends; `check` after each kill."""
    step = 1
    while not finishes_unless_killed_at(step, url, act):
        check()
        step += 1
    return step - 1


def test_proposed_and_killed_anywhere_nothing_is_half_done(
    engine: Engine, session: Session, database_url: str
) -> None:
    program.change(session, {"adjustment": {"second_person_above_minor": {"USD": 900}}}, actor=ADA, now=NOW)
    who, identity = person(session), uuid4()
    session.commit()

    def act(engine: Engine) -> None:
        proposal = Proposal(who, 900, "USD", "goodwill", "A parcel was lost")
        with transaction(engine) as session:
            propose(session, proposal, actor=ADA, now=NOW, adjustment_id=identity)

    def nothing() -> None:
        assert _state(engine, identity, who) == (None, 0)

    assert _killed_everywhere(database_url, act, nothing) >= 10
    assert _state(engine, identity, who) == ("approved", 900)
    act(engine)
    assert _state(engine, identity, who) == ("approved", 900)


def test_approved_and_killed_anywhere_it_still_waits(
    engine: Engine, session: Session, database_url: str
) -> None:
    who, identity = person(session), uuid4()
    proposal = Proposal(who, 900, "USD", "goodwill", "A parcel was lost")
    propose(session, proposal, actor=ADA, now=NOW, adjustment_id=identity)
    session.commit()

    def act(engine: Engine) -> None:
        with transaction(engine) as session:
            approve(session, identity, actor=BEN, now=NOW)

    def waits() -> None:
        assert _state(engine, identity, who) == ("waiting", 0)

    assert _killed_everywhere(database_url, act, waits) >= 10
    assert _state(engine, identity, who) == ("approved", 900)
    act(engine)
    assert _state(engine, identity, who) == ("approved", 900)
