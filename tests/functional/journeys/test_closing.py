"""The account is closed: what that means is said, it can be taken back, and asked for again."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.functional.journeys.acts import log_in
from tests.functional.journeys.person import Person
from tests.functional.journeys.place import Place
from tests.functional.journeys.ways import Way, ways

pytestmark = pytest.mark.browser
UNDERSTOOD = "I want my account closed, and know that this is final after the waiting days."


@ways(telling=Way("zh_Hans", "phone", "pointer"))
def test_the_account_is_closed_and_kept_and_closed(
    place: Place, somebody: Callable[[Way], Person], way: Way
) -> None:
    person = somebody(way)
    email = place.member("Ada Lovelace", language=way.language)
    person.arrive(place.url)
    log_in(person, email)
    person.go("Account")
    person.enter("Your data")
    person.send("Close the account")
    person.sees("Tick this to go on.")
    person.stands_on(UNDERSTOOD)
    _close(person)
    person.send("Keep my account")
    person.sees("Your account stays.")
    _close(person)
    person.log_out()
    person.sees("You are logged out.")


def _close(person: Person) -> None:
    person.tick(UNDERSTOOD)
    person.fill("Why, if you like to say", "I move to the moon.")
    person.send("Close the account")
    person.sees("Noted. Until the day below you can take it back.")
