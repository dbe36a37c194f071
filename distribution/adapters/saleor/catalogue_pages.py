"""Pages of the shop's catalogue; what Saleor cannot show is known by its id at least."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from distribution.adapters.saleor.client import Answer, SaleorClient
from distribution.adapters.saleor.errors import SaleorAnswerTooLarge, SaleorUnreachable
from distribution.orders.catalogue import Item, Kind

PAGE = 100

_LIST = """
query Catalogue($first: Int!, $after: String) {{
  {many}(first: $first, after: $after) {{ edges {{ node {{ {fields} }} }} pageInfo {{ hasNextPage endCursor }} }}
}}
"""
_CHANNELS = "query Catalogue { channels { slug name } }"


@dataclass(frozen=True, slots=True)
class _Listing:
    many: str
    one: str
    fields: str
    parent: str | None = None


_LISTINGS: dict[Kind, _Listing] = {
    "category": _Listing("categories", "category", "id name parent { id }", "parent"),
    "collection": _Listing("collections", "collection", "id name"),
    "product": _Listing("products", "product", "id name category { id }", "category"),
    "variant": _Listing("productVariants", "productVariant", "id name sku product { id }", "product"),
}


def catalogue_pages(client: SaleorClient, kind: Kind, *, page: int = PAGE) -> Iterator[list[Item]]:
    """Everything there is of this kind, a page at a time.

    Raises SaleorUnreachable, SaleorRefused.
    """
    if kind == "channel":
        channels = client.execute(_CHANNELS, {}).data.get("channels")
        if channels is None:
            raise SaleorUnreachable("Saleor cannot list its channels")
        yield [Item(entry["slug"], entry["name"]) for entry in channels]
        return
    listing, after, more = _LISTINGS[kind], None, True
    while more:
        variables = {"first": page, "after": after}
        connection, items = _whole(client, listing, variables) or _by_ids(client, listing, variables)
        yield items
        info = connection["pageInfo"]
        # A cursor that stands still would have us read the same page for ever.
        more, after = bool(info["hasNextPage"]) and info["endCursor"] != after, info["endCursor"]


def _whole(
    client: SaleorClient, listing: _Listing, variables: dict[str, Any]
) -> tuple[Mapping[str, Any], list[Item]] | None:
    """A page as it should be; None when anything is wrong with it."""
    try:
        answer = _ask(client, listing, listing.fields, variables)
    except (SaleorUnreachable, SaleorAnswerTooLarge):
        return None
    connection = answer.data.get(listing.many)
    if connection is None or answer.errors:
        return None
    return connection, [_item(edge["node"], listing) for edge in connection["edges"]]


def _by_ids(
    client: SaleorClient, listing: _Listing, variables: dict[str, Any]
) -> tuple[Mapping[str, Any], list[Item]]:
    """The same page, each item asked for by itself; those Saleor cannot show have no name."""
    connection = _ask(client, listing, "id", variables).data.get(listing.many)
    if connection is None:
        raise SaleorUnreachable(f"Saleor cannot list its {listing.many}")
    ids = [str(edge["node"]["id"]) for edge in connection["edges"]]
    asked = {f"id{index}": item_id for index, item_id in enumerate(ids)}
    declared = ", ".join(f"${name}: ID!" for name in asked)
    fields = "\n".join(
        f"o{index}: {listing.one}(id: $id{index}) {{ {listing.fields} }}" for index in range(len(ids))
    )
    try:
        shown = client.execute(f"query Catalogue({declared}) {{\n{fields}\n}}", asked).data if ids else {}
    except (SaleorUnreachable, SaleorAnswerTooLarge):
        shown = {}
    nodes = [shown.get(f"o{index}") or {"id": item_id} for index, item_id in enumerate(ids)]
    return connection, [_item(node, listing) for node in nodes]


def _ask(client: SaleorClient, listing: _Listing, fields: str, variables: dict[str, Any]) -> Answer:
    return client.execute(_LIST.format(many=listing.many, fields=fields), variables)


def _item(node: Mapping[str, Any], listing: _Listing) -> Item:
    parent = node.get(listing.parent) if listing.parent else None
    words = dict.fromkeys(word for word in (node.get("name"), node.get("sku")) if word)
    return Item(str(node["id"]), " · ".join(words) or None, None if parent is None else str(parent["id"]))
