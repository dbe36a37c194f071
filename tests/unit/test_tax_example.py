"""The worked example of docs/tax.md comes to what it says."""

from __future__ import annotations

import json
import re
from pathlib import Path

from distribution.money import to_decimal_text, to_minor
from distribution.settings.tax import TaxRules
from distribution.tax.tax_id import _MODULES as COUNTRIES
from distribution.tax.withholding import Taxed, rule_for, withheld_minor

PAGE = (Path(__file__).parents[2] / "docs" / "tax.md").read_text(encoding="utf-8")


def minor(text: str) -> int:
    return to_minor(text.lstrip("-"), "EUR") * (-1 if text.startswith("-") else 1)


def test_each_row_of_the_example_follows_from_its_rule() -> None:
    found = re.search(r'`(\{"country": "DE".+\})`', PAGE)
    assert found is not None
    rule = rule_for(TaxRules(withholding=(json.loads(found[1]),)), Taxed("DE"), "EUR")
    assert rule is not None
    rows = re.findall(r"^\| \d \| (\S+) \| (\S+) \| (\S+) \| (\S+) \|$", PAGE, re.MULTILINE)
    assert len(rows) == 4
    year_minor = withheld_year_minor = 0
    for total, year, tax, net in rows:
        tax_minor = withheld_minor(
            rule.brackets,
            before_minor=year_minor,
            withheld_before_minor=withheld_year_minor,
            total_minor=minor(total),
        )
        year_minor, withheld_year_minor = year_minor + minor(total), withheld_year_minor + tax_minor
        assert [year, tax, net] == [
            to_decimal_text(each, "EUR") for each in (year_minor, tax_minor, minor(total) - tax_minor)
        ]


def test_as_many_countries_are_checked_as_the_page_says() -> None:
    assert f"digits in {len(COUNTRIES)} countries" in PAGE
