"""Tax ids: those that their country can have given, in their short form."""

from __future__ import annotations

import pytest

from distribution.errors import InvalidInput
from distribution.tax.tax_id import _MODULES, checked, label


@pytest.mark.parametrize(
    "country, tax_id, short",
    [
        ("DE", "36 574 261 809", "36574261809"),
        ("US", "536-90-4399", "536904399"),
        ("CN", "360426199101010071", "360426199101010071"),
        ("GB", "980 7806 84", "980780684"),
        ("VN", "0100233488", "0100233488"),
        ("VN", "ab-12 cd", "AB-12 CD"),
    ],
)
def test_an_id_is_kept_in_its_short_form(country: str, tax_id: str, short: str) -> None:
    assert checked(country, tax_id) == short


@pytest.mark.parametrize(
    "country, tax_id",
    [("DE", "DE136695977"), ("US", "12345"), ("CN", "360426199101010072"), ("VN", "x"), ("VN", "=1+1")],
)
def test_an_id_that_cannot_be_is_refused(country: str, tax_id: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        checked(country, tax_id)
    assert refused.value.field == "tax_id"


@pytest.mark.parametrize("country", sorted(_MODULES))
def test_every_listed_country_refuses_a_row_of_letters(country: str) -> None:
    with pytest.raises(InvalidInput):
        checked(country, "ABCDEFGHIJKLMNOPQRSTUVWXYZABCD")


def test_people_see_the_last_four_only() -> None:
    assert label("36574261809") == "•••1809"
