"""The plugin's pages without Saleor: what is answered, to whom, how long it may be kept, how often one may ask."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from saleor_plugin import process
from saleor_plugin.allowance import Allowance
from saleor_plugin.offer import told
from saleor_plugin.pages import LINKS_A_MINUTE, Asked, Page, Pages

NOW = datetime(2026, 6, 1, tzinfo=UTC)
PORTAL = "https://partners.example.com"
TEN_PERCENT = {
    "value_type": "percentage",
    "applies_to": "order",
    "starts_at": "2026-01-01T00:00:00+00:00",
    "ends_at": None,
    "channels": [
        {"channel": "us", "currency": "USD", "value": "10", "minimum": "50"},
        {"channel": "de", "currency": "EUR", "value": "12.5", "minimum": None},
    ],
}
EMMA = {"code": "EMMA", "name": "Emma", "voucher": "FRIEND-EMMA", "offer": TEN_PERCENT}


def asked(path: str, method: str = "GET", allowed: Callable[[], bool | None] = lambda: None) -> Asked:
    return Asked(method, path, "203.0.113.9", None, allowed)


@pytest.fixture(autouse=True)
def unconfigured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DISTRIBUTION_DATABASE_URL", raising=False)
    # One for each process, made when first asked for: each test is a process of its own.
    process.forget()


def page(path: str, **facts: Any) -> Page:
    found = Pages().answer(asked(path, **facts), PORTAL)
    assert found is not None
    return found


def test_a_discount_of_a_channel() -> None:
    assert told(EMMA, channel="us", now=NOW) == {
        "code": "EMMA",
        "name": "Emma",
        "voucher": {
            "code": "FRIEND-EMMA",
            "applies_to": "order",
            "type": "percentage",
            "value": "10",
            "currency": None,
            "minimum": "50",
            "ends_at": None,
        },
    }


@pytest.mark.parametrize(
    "entry, channel",
    [
        (EMMA, "nowhere"),
        (EMMA, None),
        ({**EMMA, "voucher": None}, "us"),
        ({**EMMA, "offer": None}, "us"),
        ({**EMMA, "offer": {**TEN_PERCENT, "starts_at": "2026-06-02T00:00:00+00:00"}}, "us"),
        ({**EMMA, "offer": {**TEN_PERCENT, "ends_at": "2026-06-01T00:00:00+00:00"}}, "us"),
    ],
)
def test_no_discount_is_told_where_there_is_none(entry: dict[str, object], channel: str | None) -> None:
    assert told(entry, channel=channel, now=NOW) == {"code": "EMMA", "name": "Emma", "voucher": None}


@pytest.mark.parametrize("path", ["/", "/code", "/code/", "/order", "/health/x", "/other", "/codes/EMMA"])
def test_other_paths_are_left_to_saleor(path: str) -> None:
    assert Pages().answer(asked(path), PORTAL) is None


def test_nothing_is_written_here() -> None:
    assert page("/code/EMMA", method="POST").status == 405
    assert page("/health", method="DELETE").headers["Allow"] == "GET, HEAD"


def test_without_its_variables_the_plugin_says_so_at_once() -> None:
    answer = page("/code/EMMA")
    assert (answer.status, answer.headers["Retry-After"]) == (503, "10")
    assert page("/health").status == 503


@pytest.mark.parametrize("allowed, status", [(None, 401), (False, 403), (True, 200)])
def test_the_link_to_an_order_is_for_who_may_read_orders(allowed: bool | None, status: int) -> None:
    answer = page("/order/T3JkZXI6MQ==", allowed=lambda: allowed)
    assert answer.status == status
    assert answer.headers["Cache-Control"] == "no-store"
    expected = {"url": f"{PORTAL}/console/shop-orders/T3JkZXI6MQ%3D%3D"} if allowed else {}
    assert expected.items() <= answer.facts.items()


def test_without_the_portals_address_there_is_no_link() -> None:
    found = Pages().answer(asked("/order/T3JkZXI6MQ==", allowed=lambda: True), "")
    assert found is not None
    assert found.status == 404


def test_tokens_cannot_be_tried_without_end() -> None:
    pages = Pages()
    answers = [pages.answer(asked("/order/1"), PORTAL) for _ in range(LINKS_A_MINUTE + 1)]
    assert [answer.status for answer in answers if answer][-2:] == [401, 429]


def test_an_allowance_comes_back_with_time_and_is_each_addresss_own() -> None:
    allowance = Allowance(60)
    assert [allowance.take("a", 0.0) for _ in range(61)] == [True] * 60 + [False]
    assert allowance.take("b", 0.0)
    assert allowance.take("a", 1.0)
    assert not allowance.take("a", 1.0)
