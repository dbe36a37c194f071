"""Pages of the shop's orders, those first that were changed longest ago."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from distribution.adapters.saleor.client import Answer, SaleorClient
from distribution.adapters.saleor.costs import add_costs
from distribution.adapters.saleor.errors import SaleorAnswerTooLarge, SaleorUnreachable
from distribution.adapters.saleor.reader import FRAGMENT, read_orders
from distribution.adapters.saleor.scope import Scope

PAGE = 100

_QUERY = """
query OrdersInScope({declared}$chosen: {input}, $first: Int!, $after: String) {{
  orders(first: $first, after: $after, {way}: $chosen, sortBy: {{field: LAST_MODIFIED_AT, direction: ASC}}) {{
    edges {{ node {{ {fields} }} }}
    pageInfo {{ hasNextPage endCursor }}
  }}
}}
"""
_INPUTS = {"where": "OrderWhereInput", "filter": "OrderFilterInput"}


@dataclass(slots=True)
class Page:
    """Orders by id as Saleor showed them, and those it could not show, with why."""

    orders: dict[str, Any] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)


class OrderPages:
    """The orders of a scope, page by page."""

    def __init__(self, client: SaleorClient, scope: Scope, *, keys: list[str]) -> None:
        self._client = client
        self._scope = scope
        self._keys = keys
        self._way = "where"
        self._after: str | None = None
        self._more = True

    def next_page(self) -> Page | None:
        """Read the next page, None after the last; where an order is damaged or it is too large, one by one.

        Raises SaleorUnreachable, SaleorRefused.
        """
        if not self._more:
            return None
        try:
            answer = self._ask(whole=True)
        except SaleorAnswerTooLarge:
            return self._one_by_one()
        except SaleorUnreachable as error:
            if self._way == "where" and _INPUTS["where"] in error.message:
                # Before 3.22 there is no such filter.
                self._way = "filter"
                return self.next_page()
            return self._one_by_one()
        nodes = _nodes(answer)
        if nodes is None or answer.errors:
            return self._one_by_one()
        add_costs(self._client, nodes)
        self._advance(answer)
        return Page({str(node["id"]): node for node in nodes})

    def _one_by_one(self) -> Page:
        answer = self._ask(whole=False)
        nodes = _nodes(answer)
        if nodes is None:
            raise SaleorUnreachable("Saleor cannot list its orders")
        reading = read_orders(self._client, [str(node["id"]) for node in nodes], keys=self._keys)
        self._advance(answer)
        return Page(reading.orders, reading.failed)

    def _ask(self, *, whole: bool) -> Answer:
        query = _QUERY.format(
            declared="$keys: [String!]!, " if whole else "",
            way=self._way,
            input=_INPUTS[self._way],
            fields="...OrderState" if whole else "id",
        )
        chosen = self._scope.where() if self._way == "where" else self._scope.filter()
        variables: dict[str, Any] = {"chosen": chosen, "first": PAGE, "after": self._after}
        if whole:
            return self._client.execute(query + FRAGMENT, variables | {"keys": self._keys})
        return self._client.execute(query, variables)

    def _advance(self, answer: Answer) -> None:
        info = answer.data["orders"]["pageInfo"]
        # A cursor that stands still would have us read the same page for ever.
        self._more = bool(info["hasNextPage"]) and info["endCursor"] != self._after
        self._after = info["endCursor"]


def _nodes(answer: Answer) -> list[dict[str, Any]] | None:
    """The orders of a page; None when any of them is missing."""
    orders = answer.data.get("orders")
    if orders is None:
        return None
    nodes = [edge and edge.get("node") for edge in orders["edges"]]
    return nodes if all(nodes) else None
