"""The few questions of Saleor's GraphQL that our readers, our reconciliation and our storefront script ask."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from distribution.demo.shop.catalogue import CHANNELS, products, shelves
from distribution.demo.shop.store import Store

_LARGEST_PAGE = 100


def answer(
    store: Store, query: str, variables: Mapping[str, Any], *, address: str = "http://localhost/"
) -> dict[str, Any]:
    """What Saleor would answer at this address; amounts are Decimal, which `plain` makes into JSON numbers."""
    if "updateMetadata" in query:
        return _update_metadata(store, variables)
    if query.lstrip().startswith("query Catalogue"):
        return _catalogue(query)
    if query.lstrip().startswith("query Offers"):
        return _offers(query, variables, address)
    if "orders(" in query:
        return _page(store, variables, whole="OrderState" in query)
    if "order(" in query:
        return _orders(store, variables)
    if "shop" in query:
        permissions = [{"code": "MANAGE_ORDERS"}, {"code": "MANAGE_DISCOUNTS"}]
        app = {"name": "Distribution", "isActive": True, "permissions": permissions}
        return {"data": {"shop": {"name": "Kiln & Cloud", "version": "3.23.28"}, "app": app}}
    return {"errors": [{"message": "the demo shop does not know this query"}]}


def _orders(store: Store, variables: Mapping[str, Any]) -> dict[str, Any]:
    asked = {name: value for name, value in variables.items() if name.startswith("id")}
    found = {name: store.order(order_id) for name, order_id in asked.items()}
    return {"data": {f"o{name[2:]}": order.shown() if order else None for name, order in found.items()}}


def _page(store: Store, variables: Mapping[str, Any], *, whole: bool) -> dict[str, Any]:
    first = min(int(variables.get("first") or _LARGEST_PAGE), _LARGEST_PAGE)
    orders = store.page(since=_since(variables), after=variables.get("after"), first=first + 1)
    # Saleor's list leaves drafts out.
    nodes = [node for node in (order.shown() for order in orders[:first]) if node["status"] != "DRAFT"]
    info = {
        "hasNextPage": len(orders) > first,
        "endCursor": str(orders[:first][-1].identity.number) if orders else None,
    }
    edges = [{"node": node if whole else {"id": node["id"]}} for node in nodes]
    return {"data": {"orders": {"edges": edges, "pageInfo": info}}}


def _since(variables: Mapping[str, Any]) -> datetime | None:
    chosen = variables.get("chosen") or {}
    for part in (chosen, *chosen.get("OR", ())):
        if "updatedAt" in part:
            return datetime.fromisoformat(part["updatedAt"]["gte"])
    return None


def _catalogue(query: str) -> dict[str, Any]:
    """Everything on one page: the shop is small."""
    if "channels {" in query:
        return {"data": {"channels": shelves().channels}}
    (many,) = (name for name in _LISTS if f"{name}(" in query)
    edges = [{"node": node} for node in _LISTS[many]()]
    return {"data": {many: {"edges": edges, "pageInfo": {"hasNextPage": False, "endCursor": None}}}}


def _offers(query: str, variables: Mapping[str, Any], address: str) -> dict[str, Any]:
    """What everybody is shown; the shop has no pages of collections."""
    currency, language = CHANNELS[str(variables["channel"])]
    many = "products" if "products(" in query else "collections"
    shown = products() if many == "products" else ()
    nodes = [
        {
            "id": each.product_id,
            "slug": each.slug,
            "name": each.name[language],
            "isAvailable": True,
            "thumbnail": {"url": f"{address}static/art/{each.art}.svg"},
            "large": {"url": f"{address}static/art/{each.art}.webp"},
            "pricing": {
                "priceRange": {
                    "start": {
                        "gross": {"amount": Decimal(each.price[currency]), "currency": currency},
                        "net": {"amount": Decimal(each.price[currency]), "currency": currency},
                    }
                }
            },
        }
        for each in shown
    ]
    info = {"hasNextPage": False, "endCursor": None}
    return {"data": {many: {"edges": [{"node": node} for node in nodes], "pageInfo": info}}}


def _products() -> list[dict[str, Any]]:
    ids = {str(entry["name"]): entry["id"] for entry in shelves().categories}
    return [
        {"id": each.product_id, "name": each.name["en"], "category": {"id": ids[each.category]}}
        for each in products()
    ]


def _variants() -> list[dict[str, Any]]:
    return [
        {"id": each.variant_id, "name": "", "sku": each.sku, "product": {"id": each.product_id}}
        for each in products()
    ]


def _categories() -> list[dict[str, Any]]:
    return [entry | {"parent": entry["parent"] and {"id": entry["parent"]}} for entry in shelves().categories]


_LISTS: dict[str, Callable[[], list[dict[str, Any]]]] = {
    "categories": _categories,
    "collections": lambda: shelves().collections,
    "products": _products,
    "productVariants": _variants,
}


def _update_metadata(store: Store, variables: Mapping[str, Any]) -> dict[str, Any]:
    entries = {str(entry["key"]): str(entry["value"])[:1_000] for entry in variables.get("input") or ()}
    known = store.write_metadata(str(variables.get("id")), entries)
    errors = [] if known else [{"field": "id", "message": "Couldn't resolve to an item."}]
    return {"data": {"updateMetadata": {"errors": errors}}}
