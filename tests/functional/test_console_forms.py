"""What a slip of the hand does in the console: Enter in a reason approves nothing, an amount is in their currency."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from sqlalchemy import Engine, text

from tests.functional.console_client import ConsoleClient
from tests.functional.console_world import ConsoleWorld

Console = Callable[[str], ConsoleClient]


def first_button(page: str, action: str) -> str:
    """The submit button that Enter presses in the form that is sent there."""
    form = page[page.index(f'action="{action}"') :]
    found = re.search(r"<button[^>]*>", form)
    assert found is not None
    return found[0]


@pytest.mark.parametrize("path", ["/console/withdrawals", "/console/applications"])
def test_enter_in_the_reason_rejects_the_chosen_and_approves_nobody(
    console: Console, shop: ConsoleWorld, path: str
) -> None:
    button = first_button(console("owner").page(path), path)
    assert 'name="act" value="reject"' in button
    assert 'tabindex="-1"' in button


def test_an_adjustment_begins_in_the_currency_its_distributor_lives_in(
    console: Console, shop: ConsoleWorld, lived_in_engine: Engine
) -> None:
    who = shop.world.hero_id
    lived_in = text("""
        SELECT currency FROM (
            SELECT currency, order_id FROM distribution.commission_lines WHERE distributor_id = :who
            ORDER BY recorded_at DESC LIMIT 50
        ) AS newest GROUP BY currency ORDER BY count(DISTINCT order_id) DESC LIMIT 1
    """)
    with lived_in_engine.connect() as connection:
        currency = connection.scalar(lived_in, {"who": who})
    page = console("owner").page(f"/console/distributors/{who}/adjust")
    assert re.search(rf'name="currency"[^>]*value="{currency}"', page)
