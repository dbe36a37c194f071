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


def test_the_tree_opens_without_scripts_and_tells_what_the_list_tells(hero: FlaskClient) -> None:
    listed = hero.get("/team").get_data(as_text=True)
    tree = hero.get("/team?view=tree").get_data(as_text=True)
    assert "<details" in tree
    assert "Grace H." in tree
    assert "Hopper" not in tree
    for amount in re.findall(r'data-label="Sales"><span><span class="money ">([^<]+)<', listed):
        assert amount in tree


def test_the_tree_of_somebody_else_is_refused(hero: FlaskClient) -> None:
    assert hero.get("/team?view=tree&of=00000000-0000-7000-8000-000000000001").status_code == 404
