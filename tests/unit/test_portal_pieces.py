"""Small rules of the portal: addresses, charts, masks, states, cursors."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

import pytest

from distribution.analytics.order_state import order_state
from distribution.analytics.paging import Cursor
from distribution.errors import InvalidInput
from distribution.privacy.masking import masked_email, masked_name
from portal.charts import line_chart, scale_for
from portal.destination import Storefront
from portal.people import initials
from portal.urls import local_target


@dataclass(frozen=True, slots=True)
class Facts:
    status: str = "open"
    paid: bool = True
    total_minor: int = 1000
    given_back_minor: int = 0
    quantity: int = 2
    fulfilled_quantity: int = 0
    returned_quantity: int = 0


@pytest.mark.parametrize(
    "facts, state",
    [
        (Facts(status="draft"), "draft"),
        (Facts(status="cancelled", fulfilled_quantity=2), "cancelled"),
        (Facts(paid=False), "placed"),
        (Facts(), "paid"),
        (Facts(fulfilled_quantity=1), "partly_shipped"),
        (Facts(fulfilled_quantity=2), "shipped"),
        (Facts(fulfilled_quantity=1, returned_quantity=1), "partly_refunded"),
        (Facts(returned_quantity=2), "refunded"),
        (Facts(fulfilled_quantity=2, given_back_minor=10), "partly_refunded"),
        (Facts(fulfilled_quantity=2, given_back_minor=1000), "refunded"),
        (Facts(total_minor=0, quantity=0), "shipped"),
    ],
)
def test_the_state_of_an_order_in_one_word(facts: Facts, state: str) -> None:
    assert order_state(facts) == state


@pytest.mark.parametrize(
    "name, masked",
    [
        ("Ada Lovelace", "Ada L."),
        ("王小明", "王**"),
        ("陈静", "陈*"),
        ("Cher", "Ch***"),
        ("Li", "L***"),
        ("", "***"),
        ("Maximiliananna Extraordinarius", "Maximiliana… E."),
    ],
)
def test_a_name_as_others_see_it(name: str, masked: str) -> None:
    assert masked_name(name) == masked


def test_an_address_as_others_see_it() -> None:
    assert masked_email("ada@example.com") == "a***@example.com"


@pytest.mark.parametrize(
    "name, letters", [("Ada Lovelace", "AL"), ("王小明", "王"), ("cher", "C"), ("  ", "?"), ("王** x", "王")]
)
def test_initials(name: str, letters: str) -> None:
    assert initials(name) == letters


@pytest.mark.parametrize(
    "wanted, target",
    [
        ("/team?level=2", "/team?level=2"),
        ("//evil.example", "/"),
        ("https://evil.example", "/"),
        ("/\\evil.example", "/"),
        ("/a\nb", "/"),
        ("team", "/"),
        (None, "/"),
        ("", "/"),
    ],
)
def test_only_paths_of_the_portal_are_followed(wanted: str | None, target: str) -> None:
    assert local_target(wanted) == target


@pytest.mark.parametrize(
    "wanted, address",
    [
        ("/", "https://shop.example/us/?ref=ADA&click=c1"),
        ("/p?a=1#top", "https://shop.example/us/p?a=1&ref=ADA&click=c1#top"),
        ("https://shop.example/us/p", "https://shop.example/us/p?ref=ADA&click=c1"),
        ("https://shop.example.evil.example/p", "https://shop.example/us/?ref=ADA&click=c1"),
        ("https://shop.example/usurper", "https://shop.example/us/?ref=ADA&click=c1"),
        ("/p?ref=EVE&click=2&x=", "https://shop.example/us/p?x=&ref=ADA&click=c1"),
        ("/" + "x" * 5000, None),
    ],
)
def test_where_a_click_lands(wanted: str, address: str | None) -> None:
    landed = Storefront("https://shop.example/us/").address(wanted, ref="ADA", click="c1")
    assert landed.startswith("https://shop.example/us/")
    assert address is None or landed == address


@pytest.mark.parametrize(
    "values, top, bottom",
    [([0, 0], 2, 0), ([3], 4, 0), ([41], 60, 0), ([99_999], 100_000, 0), ([5, -3], 6, -4)],
)
def test_a_scale_is_round_and_holds_every_value(values: list[int], top: int, bottom: int) -> None:
    scale = scale_for(values)
    assert (scale.top, scale.bottom) == (top, bottom)
    assert scale.ticks[1] * 2 == top + bottom


def test_a_chart_is_labelled_and_escapes_what_it_is_told() -> None:
    picture = line_chart([1, 2], scale=scale_for([1, 2]), notes=["<b>", "2"], title='"x"')
    assert 'role="img"' in picture
    assert "<b>" not in picture


def test_a_cursor_survives_an_address() -> None:
    cursor = Cursor(datetime(2026, 11, 22, 6, 30, 17, 123456, tzinfo=UTC), "4.2")
    assert Cursor.parse(cursor.text()) == cursor
    assert Cursor.parse(None) is None


@pytest.mark.parametrize("text", ["x", "****", "MjAyNg", "é", "MjAyNi0xMS0yMlQwNjozMDoxN3w0"])
def test_nonsense_is_no_cursor(text: str) -> None:
    with pytest.raises(InvalidInput):
        Cursor.parse(text)
