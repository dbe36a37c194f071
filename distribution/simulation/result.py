"""What a simulation comes to, as it is stored, answered by the API and drawn by the console.

Plain JSON: amounts in minor units of the currency they stand under (nothing is ever converted), people by their id:
whoever shows a result looks up the names. Lists are sorted as they are to be shown.
"""

from __future__ import annotations

from typing import Literal, TypedDict

CutKind = Literal["ceiling", "margin", "line_cap", "order_cap", "month_cap", "quarter_cap", "year_cap"]
CUT_KINDS: tuple[CutKind, ...] = (
    "ceiling",
    "margin",
    "line_cap",
    "order_cap",
    "month_cap",
    "quarter_cap",
    "year_cap",
)
PRODUCTS_SHOWN = 50
PEOPLE_SHOWN = 20


class Cost(TypedDict):
    """Commission of the draft: what of it is earned by now, and what it becomes once all that did not come back is
    delivered and paid."""

    amount_minor: int
    potential_minor: int


class Compared(Cost):
    """Beside it what is recorded for the same orders, earned by now: compare it with `amount_minor`."""

    recorded_minor: int


class LevelCost(Compared):
    """Of one level, 1 the seller's."""

    level: int


class GradeCost(Cost):
    """Of the people who had a grade when the orders were placed; None: who had none."""

    grade: str | None
    distributors: int


class ProductCost(Cost):
    """Of one product; None: lines that name none."""

    product_id: str | None
    name: str


class PersonCost(Compared):
    """Of one person; `difference_minor` is the draft's amount less what is recorded."""

    distributor_id: str
    orders: int
    difference_minor: int


class MonthCost(Compared):
    """Of the orders placed in a calendar month ("2026-03") of the program's time zone."""

    month: str
    orders: int
    sales_minor: int


class Cut(TypedDict):
    """How many orders had claims cut by a ceiling, the margin or a cap."""

    kind: CutKind
    orders: int


class Margin(TypedDict):
    """Of the paid lines whose cost the shop says: net sales less what came back, their cost, the commission they
    come to (`potential`), and what is left of the sales."""

    sales_minor: int
    cost_minor: int
    commission_minor: int
    left_minor: int
    left_bps: int | None


class CurrencyResult(TypedDict):
    """Everything in one currency.

    `orders` are those whose terms are frozen, `attributed_orders` of them those that somebody sold; sales are net, of
    paid orders, less what came back. `share_bps` is the part of the attributed sales that goes to commission once all
    is delivered, None without sales. Levels, grades and products are what the orders found; `adjusted` is what whole
    tiers and caps of people change when their period is over, for periods all of which was replayed; `total` is both.
    What is adjusted counts in the period's last month and for its people. `products` are the 50 dearest,
    `other_products` all the rest together. `gains` and `losses` are the 20 people whom the draft changes most, against
    what is recorded; `distributors` counts all who earn or earned.
    """

    currency: str
    orders: int
    attributed_orders: int
    sales_minor: int
    attributed_sales_minor: int
    total: Compared
    adjusted: Compared
    share_bps: int | None
    levels: list[LevelCost]
    grades: list[GradeCost]
    products: list[ProductCost]
    other_products: Cost | None
    distributors: int
    gains: list[PersonCost]
    losses: list[PersonCost]
    cuts: list[Cut]
    margin: Margin | None
    months: list[MonthCost]


class Result(TypedDict):
    """A finished simulation: how many orders, and each currency on its own, that with most orders first."""

    orders: int
    currencies: list[CurrencyResult]
