"""Three levels are the ceiling in the database itself: what is put straight into it past them is refused."""

from __future__ import annotations

from uuid import UUID

import pytest
from sqlalchemy import Engine, Uuid, insert, select, text, update
from sqlalchemy.exc import IntegrityError, ProgrammingError
from sqlalchemy.orm import Session

from distribution.commission.tables import Share, Terms
from distribution.db import new_id
from distribution.network.tables import Distributor, TeamCount
from tests.factories import EARLY, a_chain, a_deep_program
from tests.lived import live


@pytest.fixture
def chain(session: Session) -> list[UUID]:
    """Three people, the last directly below the merchant."""
    chain = [person.id for person in a_chain(session, 3)]
    session.commit()
    return chain


def a_row(depth: int, chain: list[UUID]) -> dict[str, object]:
    return {
        "id": new_id(),
        "email": f"{depth}@example.com",
        "name": "Ada Lovelace",
        "status": "active",
        "sponsor_id": chain[0],
        "second_id": chain[1],
        "third_id": chain[2],
        "depth": depth,
        "email_hash": b"",
        "created_at": EARLY,
    }


def test_a_fourth_level_of_a_share_is_refused(engine: Engine) -> None:
    live(engine)
    with Session(engine) as session:
        row = session.execute(select(*Share.__table__.columns).limit(1)).mappings().one()
        for level in (0, 4):
            with pytest.raises(IntegrityError, match="shares_level_check"), session.begin_nested():
                session.execute(insert(Share).values({**row, "number": 9_999, "level": level}))


def test_terms_have_no_place_for_a_fourth(session: Session) -> None:
    people = [column.name for column in Terms.__table__.columns if isinstance(column.type, Uuid)]
    assert people == ["seller_id", "second_id", "third_id"]
    with pytest.raises(ProgrammingError, match="fourth_id"):
        session.execute(text("UPDATE distribution.terms SET fourth_id = NULL"))


def test_a_chain_deeper_than_three_is_refused(session: Session, chain: list[UUID]) -> None:
    with pytest.raises(IntegrityError, match="would be 4 below the merchant, the program allows 3"):
        session.execute(insert(Distributor).values(a_row(4, chain)))


def test_nobody_is_put_deeper_by_a_change_either(session: Session, chain: list[UUID]) -> None:
    with pytest.raises(IntegrityError, match="allows 3"):
        session.execute(update(Distributor).where(Distributor.id == chain[0]).values(depth=4))


def test_no_team_has_a_fourth_level(session: Session, chain: list[UUID]) -> None:
    with pytest.raises(IntegrityError, match="team_counts_level_check"):
        session.execute(insert(TeamCount).values(distributor_id=chain[2], level=4, members=1))


def test_a_merchant_who_answers_for_it_goes_deeper_and_pays_three_all_the_same(
    session: Session, chain: list[UUID]
) -> None:
    a_deep_program(session, 5)
    session.execute(insert(Distributor).values(a_row(5, chain)))
    with pytest.raises(IntegrityError, match="would be 6 below the merchant, the program allows 5"):
        session.execute(insert(Distributor).values(a_row(6, chain)))
