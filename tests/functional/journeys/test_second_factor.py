"""Two-step login is set up from its QR code, asked for, and a recovery code helps where the phone is lost."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
import zxingcpp
from PIL import Image
from pyotp import parse_uri

from tests.functional.journeys.acts import log_in
from tests.functional.journeys.person import Person
from tests.functional.journeys.place import Place
from tests.functional.journeys.ways import Way, ways
from tests.functional.world import PASSWORD

pytestmark = pytest.mark.browser


@ways(telling=Way("zh_Hans", "desk", "keyboard"))
def test_a_second_step_and_the_way_in_without_the_phone(
    place: Place, somebody: Callable[[Way], Person], way: Way
) -> None:
    person, elsewhere = somebody(way), somebody(way)
    email = place.member("Ada Lovelace", language=way.language)
    person.arrive(place.url)
    log_in(person, email)
    person.go("Account")
    person.enter("Login and devices")
    person.send("Set up")
    code = _code(person)
    person.fill("Code from your app", code)
    person.fill("Current password", PASSWORD)
    person.send("Switch on")
    person.sees("Keep these recovery codes")
    kept = person.page.locator(".recovery-codes li").all_inner_texts()
    person.press("Copy")
    person.sees("Copied")
    person.follow("I have kept them")
    person.sees("Switched on")

    elsewhere.arrive(place.url)
    log_in(elsewhere, email)
    elsewhere.sees("Open your authenticator app and enter the code it shows.")
    # The code of the same half minute was used already.
    elsewhere.fill("Code from your app", code)
    elsewhere.send("Log in")
    elsewhere.stands_on("Code from your app")
    elsewhere.follow("Use a recovery code")
    elsewhere.fill("Recovery code", kept[0].upper())
    elsewhere.send("Log in")
    elsewhere.sees("Available")


def _code(person: Person) -> str:
    """What the app on the phone shows that has scanned the page's code."""
    picture = Image.open(io.BytesIO(person.page.locator(".qr img").screenshot()))
    [found] = zxingcpp.read_barcodes(picture)
    return str(parse_uri(found.text).at(datetime.now(UTC)))
