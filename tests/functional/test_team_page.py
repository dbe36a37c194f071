"""The team page: what a row tells, also on a phone; nothing of it is somebody else's or a ranking by heads."""

from __future__ import annotations

import re

from flask.testing import FlaskClient


def _rows(page: str) -> list[str]:
    return re.findall(r"<tr>.*?</tr>", page.partition("<tbody>")[2], flags=re.DOTALL)


def test_a_phone_shows_sales_and_what_they_brought(hero: FlaskClient) -> None:
    for row in _rows(hero.get("/team").get_data(as_text=True)):
        below_the_name = " ".join(re.findall(r'<span class="cell-meta">(.*?)\n', row, flags=re.DOTALL))
        sales = re.search(r'data-label="Sales"><span><span class="money ">([^<]+)<', row)
        assert sales is not None
        assert sales[1] in below_the_name
        assert "brought you" in row
        assert "depth 2" in row
