"""The one reader of orders: hooks, webhooks and reconciliation all end here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from importlib import resources
from typing import Any

from distribution.adapters.saleor.client import Answer, SaleorClient
from distribution.adapters.saleor.costs import add_costs, names_costs, with_costs
from distribution.adapters.saleor.errors import SaleorAnswerTooLarge, SaleorRefused, SaleorUnreachable

FRAGMENT = resources.files(__package__).joinpath("order.graphql").read_text()
MOST_AT_ONCE = 50
FEW = 10
"""Of so many orders the costs are read along: another request would take longer."""


@dataclass(slots=True)
class Reading:
    """Orders that were read, by id; those Saleor does not know; and those it could not show, with why."""

    orders: dict[str, dict[str, Any]] = field(default_factory=dict)
    gone: list[str] = field(default_factory=list)
    failed: dict[str, str] = field(default_factory=dict)


def read_orders(client: SaleorClient, order_ids: Sequence[str], *, keys: Sequence[str]) -> Reading:
    """Read orders, many to a request; one that Saleor cannot show does not spoil the others.

    `keys` are the metadata keys wanted: a shopper may write megabytes under others.
    """
    reading = Reading()
    for start in range(0, len(order_ids), MOST_AT_ONCE):
        _read(client, list(order_ids[start : start + MOST_AT_ONCE]), list(keys), reading)
    add_costs(client, reading.orders.values())
    return reading


def _read(client: SaleorClient, ids: list[str], keys: list[str], reading: Reading) -> None:
    try:
        answer = _ask(client, ids, keys)
    except (SaleorAnswerTooLarge, SaleorUnreachable) as error:
        if len(ids) == 1 and isinstance(error, SaleorAnswerTooLarge):
            reading.failed[ids[0]] = error.message
            return
        if len(ids) == 1 or not _divisible(error):
            raise
        middle = len(ids) // 2
        _read(client, ids[:middle], keys, reading)
        _read(client, ids[middle:], keys, reading)
        return
    problems = {
        str(problem["path"][0]): str(problem.get("message"))
        for problem in answer.errors
        if problem.get("path")
    }
    for index, order_id in enumerate(ids):
        order = answer.data.get(f"o{index}")
        if f"o{index}" in problems:
            reading.failed[order_id] = problems[f"o{index}"][:300]
        elif order is None:
            reading.gone.append(order_id)
        else:
            reading.orders[order_id] = order


def _ask(client: SaleorClient, ids: list[str], keys: list[str]) -> Answer:
    names = {f"id{index}": order_id for index, order_id in enumerate(ids)}
    declared = ", ".join(f"${name}: ID!" for name in names)
    fields = "\n".join(f"o{index}: order(id: $id{index}) {{ ...OrderState }}" for index in range(len(ids)))
    query = f"query Orders($keys: [String!]!, {declared}) {{\n{fields}\n}}\n"
    variables: dict[str, Any] = {**names, "keys": keys}
    if len(ids) <= FEW and client.costs.shown:
        try:
            return client.execute(query + with_costs(FRAGMENT), variables)
        except (SaleorRefused, SaleorUnreachable) as error:
            if not names_costs(error):
                raise
            client.costs.shown = False
    return client.execute(query + FRAGMENT, variables)


def _divisible(error: SaleorAnswerTooLarge | SaleorUnreachable) -> bool:
    """Whether asking for less may help: too large an answer, or a query found too costly."""
    return isinstance(error, SaleorAnswerTooLarge) or "cost" in error.message.lower()
