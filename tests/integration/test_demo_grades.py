"""The demo's distributors rise by grades, the same way each time, and one of them falls back."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from random import Random

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from distribution.db import transaction
from distribution.demo.brand import ACTOR, EMMA, PROGRAM_SETTINGS, XIAOYUN, YEAR
from distribution.demo.circle import Circle
from distribution.demo.grades import promote
from distribution.demo.people import Person, invent
from distribution.network import history
from distribution.network.tables import Distributor
from distribution.privacy.encryption import Cipher, new_key
from distribution.settings import program

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def people() -> list[Person]:
    found = invent(Random(1888), NOW)
    promote(found, NOW)
    return found


def test_they_are_the_same_each_time_and_change_nobody() -> None:
    assert people() == people()
    plain = invent(Random(1888), NOW)
    for person in people():
        person.promotions.clear()
        assert person == plain[person.key]


def test_grades_are_given_by_the_networks_own_verbs(engine: Engine, session: Session) -> None:
    program.change(session, PROGRAM_SETTINGS, actor=ACTOR, now=NOW - YEAR)
    session.commit()
    everybody = people()
    circle = Circle(everybody, Cipher([new_key()]))
    with transaction(engine) as writing:
        for event in circle.events():
            circle.happen(writing, event)
    with transaction(engine) as reading:
        by_id = {person.id: person for person in reading.scalars(select(Distributor))}
        grades = Counter(person.grade for person in by_id.values())
        assert {*grades} == {None, *PROGRAM_SETTINGS["grades"]}
        assert grades["Bronze"] > grades["Silver"] > grades["Gold"] > 0
        for person in everybody:
            told = [promotion.grade for promotion in person.promotions]
            given = [row.grade for row in history.gradings(reading, circle.id_of(person))]
            assert [grade for grade in given if grade is not None] == told
            assert by_id[circle.id_of(person)].grade == (told[-1] if told else None)
        [fallen] = [
            each
            for each in everybody
            if [promotion.grade for promotion in each.promotions][-2:] == ["Silver", "Bronze"]
        ]
        assert fallen.email not in (EMMA.email, XIAOYUN.email)
        for login in (EMMA, XIAOYUN):
            [found] = [each for each in by_id.values() if each.email == login.email]
            assert found.grade == "Gold"
