"""What several journeys do on their way."""

from __future__ import annotations

from distribution.adapters.payout.manual import ManualAdapter
from distribution.adapters.payout.payee import words
from tests.functional.journeys.person import Person
from tests.functional.journeys.place import MERCHANT, Place
from tests.functional.journeys.ways import Way
from tests.functional.world import PASSWORD


def apply(person: Person, place: Place, *, name: str, email: str) -> None:
    """Fill in the application, and open the link of the mail."""
    person.fill("Your name", name)
    person.send("Apply")
    # What was forgotten is said, and the focus is there.
    person.sees("Enter your e-mail address.")
    person.stands_on("E-mail")
    person.fill("E-mail", email)
    person.fill("Password", PASSWORD)
    person.tick("I have read the %(terms)s and accept them.", terms=person.words("program terms"))
    person.send("Apply")
    person.sees("Check your e-mail")
    person.arrive(place.link_of_mail(email, "confirm_email"))
    person.sees("Your e-mail address is confirmed.")


def log_in(person: Person, email: str, password: str = PASSWORD) -> None:
    """From the page that asks."""
    person.fill("E-mail", email)
    person.fill("Password", password)
    person.send("Log in")


def sign_in_to_console(merchant: Person, place: Place) -> None:
    """As the program's owner."""
    merchant.arrive(f"{place.url}/console/login")
    merchant.fill("E-mail", MERCHANT)
    merchant.fill("Password", PASSWORD)
    merchant.send("Sign in")


def turn_to(merchant: Person, text: str) -> None:
    """A page of the console; on a phone those without room stand on a page of all pages."""
    if merchant.way.screen == "phone":
        merchant.follow("All pages")
    merchant.follow(text)


def approve(merchant: Person, name: str) -> None:
    """Their application."""
    turn_to(merchant, "Applications")
    merchant.send("Approve %(name)s", name=name)


def pay(merchant: Person, name: str) -> None:
    """Their withdrawal, by hand at the bank."""
    turn_to(merchant, "Withdrawals")
    merchant.follow_named(name)
    merchant.send("Approve")
    merchant.fill("Reference of the transfer", "T-1")
    merchant.send("Mark as paid")
    merchant.sees("Paid", context="payout")


def payee_label(way: Way, name: str) -> str:
    """What a field of a bank account is called."""
    field = next(each for each in ManualAdapter.payee_fields if each.name == name)
    return words(field.label, way.language)
