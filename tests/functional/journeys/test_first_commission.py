"""Apply, be approved, share a link, see the first sale, read why it brings what it brings, and get the money."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.functional.journeys.acts import apply, approve, log_in, pay, payee_label, sign_in_to_console
from tests.functional.journeys.person import Person
from tests.functional.journeys.place import Place
from tests.functional.journeys.ways import Way, ways

pytestmark = pytest.mark.browser


@ways(telling=Way("zh_Hans", "phone", "keyboard"))
def test_from_the_application_to_the_money(place: Place, somebody: Callable[[Way], Person], way: Way) -> None:
    person, merchant = somebody(way), somebody(way)
    name, email = f"Grace {way.screen} {way.hand}", f"grace-{way}@example.com"
    person.arrive(f"{place.url}/login")
    person.follow("Apply")
    apply(person, place, name=name, email=email)
    sign_in_to_console(merchant, place)
    approve(merchant, name)
    log_in(person, email)

    person.go("Links")
    link = person.page.get_by_label(person.words("Your link to the shop"), exact=True).input_value()
    person.press("Copy")
    person.sees("Copied")
    assert person.page.evaluate("navigator.clipboard.readText()") == link
    number = place.sold(link)
    person.go("Orders")
    person.follow_named(f"#{number}")
    person.sees("How it is calculated")
    assert "10" in person.reads(".explain .sums")
    person.unfold("Explain")
    assert not person.page.locator(".explain").first.is_visible()

    place.settled()
    person.go("Earnings")
    person.follow("Withdrawals")
    person.follow("Add a payout account")
    person.fill_named(payee_label(way, "holder"), name, within="#payout")
    person.fill_named(payee_label(way, "account"), "DE89370400440532013000", within="#payout")
    person.send("Add account")
    person.sees("Your account is saved.")
    person.go("Earnings")
    person.follow("Withdrawals")
    person.send("Withdraw")
    person.sees("Your withdrawal is requested. You see here where it is.")
    pay(merchant, name)
    person.go("Earnings")
    person.follow("Withdrawals")
    person.sees("Paid", context="payout")
    person.follow_named(person.reads("td.cell-main a"))
    person.sees_named("T-1")
