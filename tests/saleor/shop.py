"""A channel with one digital product, made in a test shop at first use and found again later, and orders in it."""

from __future__ import annotations

import time
from dataclasses import dataclass
from secrets import token_hex
from typing import Any

from tests.saleor.client import Saleor

NAME = "distribution-test"
ADDRESS = {
    "firstName": "Ann",
    "lastName": "Buyer",
    "streetAddress1": "1 Main Street",
    "city": "New York",
    "postalCode": "10001",
    "country": "US",
    "countryArea": "NY",
}
PLUGIN_UPDATE = """
mutation($input: PluginUpdateInput!) { pluginUpdate(id: "distribution", input: $input) {
  plugin { globalConfiguration { active configuration { name value } } } errors { field message code } } }
"""


@dataclass(frozen=True)
class Channel:
    """Where to sell what from where."""

    slug: str
    variant: str
    warehouse: str


@dataclass(frozen=True)
class Placed:
    """An order and how long its last mutation took."""

    id: str
    line: str
    seconds: float


class Shop:
    """A shopper and a merchant at once."""

    def __init__(self, saleor: Saleor) -> None:
        self.saleor = saleor
        self._warehouse = ""

    @property
    def version(self) -> str:
        """Which Saleor it is."""
        return str(self.saleor.run("{ shop { version } }")["shop"]["version"])

    def plugin(self, *, active: bool = True, **settings: str) -> None:
        """Switch the plugin on or off and set it up; what is not named becomes its default again."""
        values = {
            "referral_code_key": "referral_code",
            "referral_click_key": "referral_click",
            "channels": "",
            "attribution_touch": "",
            "attribution_first": "",
            "attribution_window_days": "",
            "attribution_self_purchase": "",
            "voucher_prefix": "",
            "portal_url": "",
        }
        configuration = [{"name": name, "value": value} for name, value in (values | settings).items()]
        self.saleor.run(PLUGIN_UPDATE, input={"active": active, "configuration": configuration})

    def channel(self, name: str = NAME) -> Channel:
        """The channel of this name with a product to sell."""
        found = self.saleor.run(
            "query($reference: String, $channel: String) {"
            " product(externalReference: $reference, channel: $channel) { variants { id } }"
            " warehouses(first: 100) { edges { node { id slug } } } }",
            reference=name,
            channel=name,
        )
        warehouses = {edge["node"]["slug"]: edge["node"]["id"] for edge in found["warehouses"]["edges"]}
        if found["product"]:
            return Channel(name, found["product"]["variants"][0]["id"], warehouses[name])
        return self._make(name)

    def checkout(self, channel: Channel, *, paid: bool = True, **metadata: str) -> str:
        """A checkout with this metadata, paid already unless told otherwise."""
        checkout = self.saleor.run(
            "mutation($input: CheckoutCreateInput!) { checkoutCreate(input: $input) {"
            " checkout { id totalPrice { gross { amount } } } errors { field message } } }",
            input={
                "channel": channel.slug,
                "email": "buyer@example.com",
                "lines": [{"variantId": channel.variant, "quantity": 1}],
                "billingAddress": ADDRESS,
                "metadata": [{"key": key, "value": value} for key, value in metadata.items()],
            },
        )["checkoutCreate"]["checkout"]
        if paid:
            amount = checkout["totalPrice"]["gross"]["amount"]
            self.saleor.run(
                "mutation($id: ID!, $transaction: TransactionCreateInput!) {"
                " transactionCreate(id: $id, transaction: $transaction) { errors { field message } } }",
                id=checkout["id"],
                transaction={
                    "name": "Card",
                    "pspReference": token_hex(8),
                    "amountCharged": {"amount": str(amount), "currency": "USD"},
                },
            )
        return str(checkout["id"])

    def complete(self, checkout: str, *, anywhere: bool = False) -> Placed:
        """Make the checkout an order."""
        data, seconds = self._timed(
            "mutation($id: ID!) { checkoutComplete(id: $id) {"
            " order { id lines { id } } errors { field message } } }",
            anywhere=anywhere,
            id=checkout,
        )
        order = data["checkoutComplete"]["order"]
        return Placed(order["id"], order["lines"][0]["id"], seconds)

    def fulfill(self, channel: Channel, order: Placed) -> float:
        """Ship everything; how long that took."""
        lines = [
            {"orderLineId": order.line, "stocks": [{"quantity": 1, "warehouse": channel.warehouse}]},
        ]
        return self._timed(
            "mutation($order: ID!, $input: OrderFulfillInput!) {"
            " orderFulfill(order: $order, input: $input) { errors { field message } } }",
            order=order.id,
            input={"lines": lines, "notifyCustomer": False, "allowStockToBeExceeded": True},
        )[1]

    def import_orders(self, channel: Channel, count: int) -> list[str]:
        """Orders that a bulk import brings; their ids."""
        found = self.saleor.run("{ taxClasses(first: 1) { edges { node { id } } } }")
        (tax_class,) = found["taxClasses"]["edges"]
        now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        money = {"net": "10.00", "gross": "10.00"}
        order = {
            "channel": channel.slug,
            "createdAt": now,
            "status": "UNFULFILLED",
            "user": {"email": "buyer@example.com"},
            "billingAddress": ADDRESS,
            "currency": "USD",
            "languageCode": "EN",
            "lines": [
                {
                    "variantId": channel.variant,
                    "createdAt": now,
                    "isShippingRequired": False,
                    "isGiftCard": False,
                    "quantity": 1,
                    "totalPrice": money,
                    "undiscountedTotalPrice": money,
                    "taxClassId": tax_class["node"]["id"],
                    "warehouse": channel.warehouse,
                }
            ],
        }
        results = self.saleor.run(
            "mutation($orders: [OrderBulkCreateInput!]!) {"
            " orderBulkCreate(orders: $orders, stockUpdatePolicy: SKIP) {"
            " results { order { id } errors { message } } errors { message } } }",
            orders=[order] * count,
        )["orderBulkCreate"]["results"]
        return [result["order"]["id"] for result in results]

    def _timed(self, query: str, *, anywhere: bool = False, **variables: Any) -> tuple[dict[str, Any], float]:
        started = time.perf_counter()
        data = self.saleor.run(query, anywhere=anywhere, **variables)
        return data, time.perf_counter() - started

    def create(self, mutation: str, kind: str, result: str, **given: Any) -> str:
        """Make something of the shop; its id."""
        answer = self.saleor.run(
            f"mutation($input: {kind}!) {{ {mutation}(input: $input)"
            f" {{ {result} {{ id }} errors {{ field message }} }} }}",
            input=given,
        )
        return str(answer[mutation][result]["id"])

    def _make(self, name: str) -> Channel:
        warehouse = self.create(
            "createWarehouse", "WarehouseCreateInput", "warehouse", name=name, slug=name, address=ADDRESS
        )
        channel = self.create(
            "channelCreate",
            "ChannelCreateInput",
            "channel",
            name=name,
            slug=name,
            currencyCode="USD",
            defaultCountry="US",
            isActive=True,
            addWarehouses=[warehouse],
            orderSettings={"allowUnpaidOrders": True, "automaticallyConfirmAllNewOrders": True},
        )
        self.create(
            "shippingZoneCreate",
            "ShippingZoneCreateInput",
            "shippingZone",
            name=name,
            countries=["US"],
            addWarehouses=[warehouse],
            addChannels=[channel],
        )
        product_type = self.create(
            "productTypeCreate", "ProductTypeInput", "productType", name=name, isShippingRequired=False
        )
        category = self.create("categoryCreate", "CategoryInput", "category", name=name)
        product = self.create(
            "productCreate",
            "ProductCreateInput",
            "product",
            name=name,
            productType=product_type,
            category=category,
            externalReference=name,
        )
        self.saleor.run(
            "mutation($id: ID!, $input: ProductChannelListingUpdateInput!) {"
            " productChannelListingUpdate(id: $id, input: $input) { errors { field message } } }",
            id=product,
            input={
                "updateChannels": [
                    {"channelId": channel, "isPublished": True, "isAvailableForPurchase": True}
                ]
            },
        )
        variant = self.create(
            "productVariantCreate",
            "ProductVariantCreateInput",
            "productVariant",
            product=product,
            sku=name,
            name="one",
            attributes=[],
            trackInventory=False,
            stocks=[{"warehouse": warehouse, "quantity": 1_000_000}],
        )
        self.saleor.run(
            "mutation($id: ID, $input: [ProductVariantChannelListingAddInput!]!) {"
            " productVariantChannelListingUpdate(id: $id, input: $input) { errors { field message } } }",
            id=variant,
            input=[{"channelId": channel, "price": "20.00"}],
        )
        return Channel(name, variant, warehouse)
