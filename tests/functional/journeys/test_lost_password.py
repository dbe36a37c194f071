"""The password is lost; a mail brings a new one, and devices that are still logged in are out."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.functional.journeys.acts import log_in
from tests.functional.journeys.person import Person
from tests.functional.journeys.place import Place
from tests.functional.journeys.ways import Way, ways

pytestmark = pytest.mark.browser


@ways(telling=Way("en", "phone", "keyboard"))
def test_a_new_password_by_mail(place: Place, somebody: Callable[[Way], Person], way: Way) -> None:
    person, elsewhere = somebody(way), somebody(way)
    email = place.member("Ada Lovelace", language=way.language)
    elsewhere.arrive(place.url)
    log_in(elsewhere, email)

    person.arrive(place.url)
    log_in(person, email, "what was it again")
    person.stands_on("Password")
    person.follow("Forgot your password?")
    person.fill("E-mail", email)
    person.send("Send the link")
    person.sees("Check your e-mail")
    person.arrive(place.link_of_mail(email, "reset_password"))
    person.fill("New password", "short")
    person.send("Set password")
    person.stands_on("New password")
    person.fill("New password", "another horse, another battery")
    person.send("Set password")
    person.sees("Your new password is set. Log in with it.")
    log_in(person, email, "another horse, another battery")
    person.sees("Hello %(name)s", name="Ada")
    # It notices by itself.
    elsewhere.sees("Welcome back")
