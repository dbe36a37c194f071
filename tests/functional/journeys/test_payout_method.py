"""Another account takes the place of the first: not by an old login, told by mail, and paid to some days later."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.functional.journeys.acts import log_in, payee_label
from tests.functional.journeys.person import Person
from tests.functional.journeys.place import Place
from tests.functional.journeys.ways import Way, ways
from tests.functional.world import PASSWORD

pytestmark = pytest.mark.browser


@ways(telling=Way("en", "desk", "keyboard"))
def test_another_account_waits_some_days(place: Place, somebody: Callable[[Way], Person], way: Way) -> None:
    person = somebody(way)
    email = place.member("Ada Lovelace", language=way.language)
    person.arrive(place.url)
    log_in(person, email)
    person.go("Account")
    _add(person, "DE89370400440532013000")
    expect(person.page.locator("#payout .warn")).to_be_hidden()

    person.unfold("Add another account")
    place.logged_in_a_while_ago(email)
    person.go("Account")
    person.follow("Add account")
    person.fill("Current password", "what was it again")
    person.send("Go on")
    expect(person.page.locator(".field-error")).to_be_visible()
    person.stands_on("Current password")
    person.fill("Current password", PASSWORD)
    person.send("Go on")
    person.unfold("Add another account")
    _add(person, "GB29NWBK60161331926819")
    person.sees_named("•••• 6819")
    expect(person.page.locator("#payout .warn")).to_have_count(1)
    assert "•••• 6819" in place.mail(email, "method_added")

    person.confirm("Remove", beside="•••• 3000")
    person.sees("The account is removed.")
    expect(person.page.get_by_text("•••• 3000")).to_be_hidden()
    assert "•••• 3000" in place.mail(email, "method_removed")


def _add(person: Person, account: str) -> None:
    person.fill_named(payee_label(person.way, "holder"), "Ada Lovelace", within="#payout")
    person.fill_named(payee_label(person.way, "account"), account, within="#payout")
    person.send("Add account", within="#payout")
