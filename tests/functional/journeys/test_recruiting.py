"""A friend opens the invitation, applies, is approved, and stands in the team of who invited them."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.functional.journeys.acts import apply, approve, log_in, sign_in_to_console
from tests.functional.journeys.person import Person
from tests.functional.journeys.place import Place
from tests.functional.journeys.ways import Way, ways

pytestmark = pytest.mark.browser


@ways(telling=Way("en", "desk", "pointer"))
def test_a_friend_joins_the_team(place: Place, somebody: Callable[[Way], Person], way: Way) -> None:
    sponsor, friend, merchant = somebody(way), somebody(way), somebody(way)
    name = f"Linus {way.language} {way.screen} {way.hand}"
    email = place.member("Ada Lovelace", language=way.language)
    sponsor.arrive(place.url)
    log_in(sponsor, email)
    sponsor.go("Team")
    sponsor.sees("Nobody here yet")
    invitation = sponsor.page.get_by_label(sponsor.words("Your invitation"), exact=True).input_value()

    friend.arrive(invitation)
    friend.sees("%(name)s invites you.", name="Ada L.")
    apply(friend, place, name=name, email=f"linus-{way}@example.com")
    log_in(friend, f"linus-{way}@example.com")
    friend.go("Team")
    friend.sees("Nobody here yet")

    sign_in_to_console(merchant, place)
    approve(merchant, name)
    friend.go("Links")
    friend.sees("Your link to the shop")
    sponsor.go("Team")
    sponsor.sees_named(f"Linus {way.hand[0].upper()}.")
