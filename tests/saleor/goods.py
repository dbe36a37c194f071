"""A product three categories deep with a cost price, made in a test shop at first use and found again later."""

from __future__ import annotations

from dataclasses import dataclass, replace

from tests.saleor.shop import Channel, Shop

DEEP = "distribution-test-deep"
COST = "7.25"
_FIND = """
query($reference: String) { product(externalReference: $reference) {
  id category { id parent { id parent { id parent { id } } } } variants { id }
} }
"""
_FIND_CHANNEL = "query($slug: String) { channel(slug: $slug) { id } }"
_LIST_PRODUCT = """
mutation($id: ID!, $input: ProductChannelListingUpdateInput!) {
  productChannelListingUpdate(id: $id, input: $input) { errors { field message } }
}
"""
_LIST_VARIANT = """
mutation($id: ID, $input: [ProductVariantChannelListingAddInput!]!) {
  productVariantChannelListingUpdate(id: $id, input: $input) { errors { field message } }
}
"""


@dataclass(frozen=True)
class Deep:
    """The channel that sells it, the product, and its categories, the nearest first."""

    channel: Channel
    product: str
    categories: tuple[str, ...]


def deep(shop: Shop, channel: Channel) -> Deep:
    """The product, in this channel."""
    found = shop.saleor.run(_FIND, reference=DEEP)["product"] or _make(shop, channel)
    categories, above = [], found["category"]
    while above:
        categories.append(above["id"])
        above = above.get("parent")
    return Deep(replace(channel, variant=found["variants"][0]["id"]), found["id"], tuple(categories))


def _make(shop: Shop, channel: Channel) -> dict[str, object]:
    channel_id = shop.saleor.run(_FIND_CHANNEL, slug=channel.slug)["channel"]["id"]
    parent: dict[str, str] = {}
    for depth in ("top", "middle", "leaf"):
        made = shop.saleor.run(
            "mutation($input: CategoryInput!, $parent: ID) { categoryCreate(input: $input, parent: $parent)"
            " { category { id } errors { field message } } }",
            input={"name": f"{DEEP}-{depth}"},
            **parent,
        )
        parent = {"parent": made["categoryCreate"]["category"]["id"]}
    types = shop.saleor.run(
        '{ productTypes(first: 1, filter: {search: "distribution-test"}) { edges { node { id } } } }'
    )
    product = shop.create(
        "productCreate",
        "ProductCreateInput",
        "product",
        name=DEEP,
        productType=types["productTypes"]["edges"][0]["node"]["id"],
        category=parent["parent"],
        externalReference=DEEP,
    )
    listed = {"channelId": channel_id, "isPublished": True, "isAvailableForPurchase": True}
    shop.saleor.run(_LIST_PRODUCT, id=product, input={"updateChannels": [listed]})
    stocks = [{"warehouse": channel.warehouse, "quantity": 1_000_000}]
    variant = shop.create(
        "productVariantCreate",
        "ProductVariantCreateInput",
        "productVariant",
        product=product,
        sku=DEEP,
        name="one",
        attributes=[],
        trackInventory=False,
        stocks=stocks,
    )
    prices = {"channelId": channel_id, "price": "20.00", "costPrice": COST}
    shop.saleor.run(_LIST_VARIANT, id=variant, input=[prices])
    found: dict[str, object] = shop.saleor.run(_FIND, reference=DEEP)["product"]
    return found
