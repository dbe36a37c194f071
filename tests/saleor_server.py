"""A small HTTP server that answers our queries from recorded orders, and fails in the ways a Saleor does."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

from tests.recordings import HERE, SCENARIOS
from tests.serving import Handler, serving

Order = dict[str, Any]


def recorded(scenario: str) -> list[Order]:
    """Every state of the orders of a scenario, in the order they were seen."""
    recording = json.loads((HERE / "recordings" / f"{scenario}.json").read_text())
    return [step["order"] for step in recording["steps"] if step["order"] is not None]


def last_states(code: str) -> list[Order]:
    """The last state of every recorded order, with a referral code."""
    newest = {order["id"]: order for scenario in SCENARIOS for order in recorded(scenario)}
    return [with_code(order, code) for order in newest.values()]


def with_code(order: Order, code: str) -> Order:
    """The order as it would be with this referral code in its metadata."""
    return {**order, "metadata": [{"key": "referral_code", "value": code}]}


@dataclass
class Shop:
    """What the server knows, and how it fails."""

    url: str = ""
    token: str = "good-token"
    orders: dict[str, Order] = field(default_factory=dict)
    damaged: set[str] = field(default_factory=set)
    catalogue: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    offers: dict[str, dict[str, list[dict[str, Any]]]] = field(default_factory=dict)
    """What everybody is shown, by channel and list; staff see what is not published too."""
    knows_where: bool = True
    shows_costs: bool = True
    costs: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    vouchers: dict[str, list[str]] = field(default_factory=dict)
    """Codes by voucher; as in Saleor one code is in one voucher only."""
    voucher_offers: dict[str, dict[str, Any]] = field(default_factory=dict)
    """What each voucher gives, as Saleor shows it."""
    permissions: tuple[str, ...] = ("MANAGE_ORDERS",)
    app_is_active: bool = True
    version: str = "3.23.28"
    deliveries: tuple[str, ...] = ()
    """How the last deliveries of the App's webhook went."""
    pages: dict[str, tuple[int, dict[str, Any]]] = field(default_factory=dict)
    """What is answered beside GraphQL, by path."""
    clock_ahead: timedelta = timedelta()
    status: int = 200
    seconds: float = 0.0
    requests: list[str] = field(default_factory=list)
    meanwhile: list[Callable[[], None]] = field(default_factory=list)
    """Each is done once, between the moment an answer is made and the moment it is sent."""

    @property
    def order_requests(self) -> list[str]:
        """The requests for orders, without those for what their variants cost."""
        return [query for query in self.requests if "query Costs" not in query]

    def put(self, *orders: Order) -> None:
        """Show these orders from now on."""
        self.orders.update((order["id"], order) for order in orders)

    def answer(self, body: dict[str, Any], authorization: str) -> dict[str, Any]:
        """The GraphQL answer to a request."""
        if body["query"].lstrip().startswith("query Offers"):
            return self._offers(body["query"], body["variables"], as_staff=bool(authorization))
        if authorization != f"Bearer {self.token}":
            return {
                "data": None,
                "errors": [
                    _problem(
                        "one of the following permissions: MANAGE_ORDERS", ["orders"], "PermissionDenied"
                    )
                ],
            }
        if "costPrice" in body["query"] and not self.shows_costs:
            path = ["o0", "lines", "0", "variant", "channelListings"]
            return {"data": {}, "errors": [_problem("AUTHENTICATED_APP", path, "PermissionDenied")]}
        if "shop {" in body["query"]:
            permissions = [{"code": code} for code in self.permissions]
            app = {"name": "Distribution", "isActive": self.app_is_active, "permissions": permissions}
            return {"data": {"shop": {"version": self.version}, "app": app}}
        if "eventDeliveries" in body["query"]:
            edges = [{"node": {"status": status}} for status in self.deliveries]
            hooks = [{"isActive": True, "eventDeliveries": {"edges": edges}}] if edges else []
            return {"data": {"app": {"webhooks": hooks}}}
        variables = body["variables"]
        if body["query"].lstrip().startswith("query Costs"):
            return self._costs(variables["ids"])
        if body["query"].lstrip().startswith("query Catalogue"):
            return self._catalogue(body["query"], variables)
        if body["query"].lstrip().startswith("query VoucherOffer"):
            return {"data": {"voucher": self.voucher_offers.get(variables["id"])}}
        if "oucherCodes" in body["query"]:
            return {"data": self._vouchers(body["query"], variables)}
        if "OrderWhereInput" in body["query"] and not self.knows_where:
            return {"errors": [_problem('Unknown type "OrderWhereInput".', [], "GraphQLError")]}
        if "orders(" in body["query"]:
            return self._page(variables, whole="...OrderState" in body["query"])
        return self._aliased(variables, costs="costPrice" in body["query"])

    def _aliased(self, variables: dict[str, Any], *, costs: bool) -> dict[str, Any]:
        data: dict[str, Any] = {}
        errors = []
        for name, order_id in variables.items():
            if name == "keys":
                continue
            alias = f"o{name.removeprefix('id')}"
            data[alias] = None
            if order_id in self.damaged:
                errors.append(
                    _problem("Cannot return null for non-nullable field", [alias, "lines"], "TypeError")
                )
            elif order_id in self.orders:
                data[alias] = _shown(self.orders[order_id], variables["keys"])
                data[alias]["lines"] = [self._listed(line, costs) for line in data[alias]["lines"]]
        return {"data": data} | ({"errors": errors} if errors else {})

    def _listed(self, line: dict[str, Any], costs: bool) -> dict[str, Any]:
        if not costs or not line["variant"]:
            return line
        return line | {
            "variant": line["variant"] | {"channelListings": self.costs.get(line["variant"]["id"], [])}
        }

    def _costs(self, ids: list[str]) -> dict[str, Any]:
        if self.damaged.intersection(ids):
            problem = _problem("Cannot return null", ["productVariants"], "TypeError")
            return {"data": {"productVariants": None}, "errors": [problem]}
        nodes = [{"id": each, "channelListings": self.costs[each]} for each in ids if each in self.costs]
        return {"data": {"productVariants": {"edges": [{"node": node} for node in nodes]}}}

    def _catalogue(self, query: str, variables: dict[str, Any]) -> dict[str, Any]:
        if "first" not in variables and "slug" in query:
            return {"data": {"channels": self.catalogue["channels"]}}
        items = {item["id"]: item for name in self.catalogue for item in self.catalogue[name] if "id" in item}
        if "first" not in variables:
            shown = {f"o{name[2:]}": item_id for name, item_id in variables.items()}
            return {
                "data": {name: None if id_ in self.damaged else items[id_] for name, id_ in shown.items()}
            }
        many = next(name for name in self.catalogue if f"{name}(" in query)
        found, begin = self.catalogue[many], int(variables["after"] or 0)
        page = found[begin : begin + variables["first"]]
        whole = "name" in query
        if whole and any(item["id"] in self.damaged for item in page):
            return {"data": {many: None}, "errors": [_problem("Cannot return null", [many], "TypeError")]}
        edges = [{"node": item if whole else {"id": item["id"]}} for item in page]
        end = begin + len(page)
        info = {"hasNextPage": end < len(found), "endCursor": str(end) if page else None}
        return {"data": {many: {"edges": edges, "pageInfo": info}}}

    def _vouchers(self, query: str, variables: dict[str, Any]) -> dict[str, Any]:
        if "DeleteVoucherCodes" in query:
            for codes in self.vouchers.values():
                codes[:] = [code for code in codes if f"id of {code}" not in variables["ids"]]
            return {"voucherCodeBulkDelete": {"count": len(variables["ids"]), "errors": []}}
        if variables["id"] not in self.vouchers:
            error = {"field": "id", "message": "Couldn't resolve to a node", "code": "NOT_FOUND"}
            return {"voucher": None, "voucherUpdate": {"errors": [{**error, "voucherCodes": None}]}}
        codes = self.vouchers[variables["id"]]
        if "AddVoucherCodes" in query:
            everywhere = {code for each in self.vouchers.values() for code in each}
            taken = sorted(everywhere & set(variables["codes"]))
            if not taken:
                codes += variables["codes"]
            error = {"field": "addCodes", "message": "Voucher code already exists.", "code": "ALREADY_EXISTS"}
            return {"voucherUpdate": {"errors": [{**error, "voucherCodes": taken}] if taken else []}}
        first = int(variables["after"] or 0)
        end = first + variables["first"]
        nodes = [{"node": {"id": f"id of {code}", "code": code}} for code in codes[first:end]]
        info = {"hasNextPage": end < len(codes), "endCursor": str(end)}
        return {"voucher": {"codes": {"edges": nodes, "pageInfo": info}}}

    def _offers(self, query: str, variables: dict[str, Any], *, as_staff: bool) -> dict[str, Any]:
        lists = self.offers.get(variables["channel"], {"products": [], "collections": []})
        many = next(name for name in lists if f"{name}(" in query)
        found = [node for node in lists[many] if as_staff or node.get("isPublished", True)]
        begin = int(variables["after"] or 0)
        page = found[begin : begin + variables["first"]]
        whole = "slug" in query
        if whole and any(node["id"] in self.damaged for node in page):
            return {"data": {many: None}, "errors": [_problem("Cannot return null", [many], "TypeError")]}
        end = begin + len(page)
        info = {"hasNextPage": end < len(found), "endCursor": str(end) if page else None}
        edges = [{"node": node if whole else {"id": node["id"]}} for node in page]
        return {"data": {many: {"edges": edges, "pageInfo": info}}}

    def _page(self, variables: dict[str, Any], *, whole: bool) -> dict[str, Any]:
        chosen = variables["chosen"] or {}
        found = sorted(
            (order["updatedAt"], order["id"]) for order in self.orders.values() if _is_chosen(order, chosen)
        )
        if variables["after"]:
            after = tuple(json.loads(base64.b64decode(variables["after"])))
            found = [each for each in found if each > after]
        page = found[: variables["first"]]
        if whole and any(order_id in self.damaged for _, order_id in page):
            problem = _problem("Cannot return null for non-nullable field", ["orders", "edges"], "TypeError")
            return {"data": {"orders": None}, "errors": [problem]}
        nodes = [
            _shown(self.orders[order_id], variables["keys"]) if whole else {"id": order_id}
            for _, order_id in page
        ]
        cursor = base64.b64encode(json.dumps(page[-1]).encode()).decode() if page else None
        info = {"hasNextPage": len(found) > len(page), "endCursor": cursor}
        return {"data": {"orders": {"edges": [{"node": node} for node in nodes], "pageInfo": info}}}


def _is_chosen(order: Order, chosen: dict[str, Any]) -> bool:
    if "OR" in chosen:
        return any(_is_chosen(order, each) for each in chosen["OR"])
    if "events" in chosen:
        return any(event["date"] >= chosen["events"][0]["date"]["gte"] for event in order["events"])
    if "updatedAt" in chosen:
        return bool(order["updatedAt"] >= chosen["updatedAt"]["gte"])
    bounds = chosen.get("createdAt") or chosen.get("created") or {}
    # The old filter compares days, the new one moments.
    at = order["created"][: 10 if "created" in chosen else None]
    return bool(bounds.get("gte", "") <= at <= bounds.get("lte", "9999"))


def _shown(order: Order, keys: list[str]) -> Order:
    return {
        **{name: value for name, value in order.items() if name != "metadata"},
        "metafields": {each["key"]: each["value"] for each in order["metadata"] if each["key"] in keys},
    }


def _problem(message: str, path: list[str], code: str) -> dict[str, Any]:
    return {"message": message, "path": path, "extensions": {"exception": {"code": code}}}


@contextmanager
def running_shop() -> Iterator[Shop]:
    """The server on a free port of this machine, until the block ends."""
    shop = Shop()

    class Asking(Handler):
        def do_POST(self) -> None:
            body = json.loads(self.asked())
            shop.requests.append(body["query"])
            time.sleep(shop.seconds)
            answer = shop.answer(body, self.headers["Authorization"] or "")
            if shop.meanwhile:
                shop.meanwhile.pop()()
            content = json.dumps(answer).encode() if shop.status == 200 else b"<html>gateway</html>"
            self.reply(content, status=shop.status)

        def do_GET(self) -> None:
            status, facts = shop.pages.get(self.path, (404, {}))
            self.reply(json.dumps(facts).encode(), status=status)

        def date_time_string(self, timestamp: float | None = None) -> str:
            return format_datetime(datetime.now(UTC) + shop.clock_ahead, usegmt=True)

    with serving(Asking) as url:
        shop.url = f"{url}/graphql/"
        yield shop
