"""Saleor's hooks, as signals: whatever happens in here, the request goes on as if nobody had listened."""

from collections.abc import Callable, Iterable
from typing import Any

from saleor_plugin import process
from saleor_plugin.configuration import PluginSettings
from saleor_plugin.identity import global_id
from saleor_plugin.referral import SignUp, read_referral, storable
from saleor_plugin.signals import Signal
from saleor_plugin.writer import PATIENCE_SECONDS

Hook = Callable[..., Any]


def signalling(name: str, signals: Callable[["SignalHooks", str, Any], Iterable[Signal]]) -> Hook:
    """A hook of this name that hands over the signals its subject gives, and returns the value it was given.

    Saleor's versions differ in extra arguments, so any are taken.
    """

    def hook(
        self: "SignalHooks", subject: Any, *_args: Any, previous_value: Any = None, **_kwargs: Any
    ) -> Any:
        try:
            self.submit(list(signals(self, name, subject)))
        except Exception as error:
            process.current().swallow(error)
        return previous_value

    hook.__name__ = name
    return hook


def order_signals(plugin: "SignalHooks", name: str, order: Any) -> Iterable[Signal]:
    """Say that an order changed, where its channel is the program's."""
    if plugin.takes_channel_of(order):
        yield Signal("order", global_id("Order", order.pk), name)


def orders_signals(plugin: "SignalHooks", name: str, orders: Iterable[Any]) -> Iterable[Signal]:
    """Each of these orders changed."""
    for order in orders:
        yield from order_signals(plugin, name, order)


def fulfillment_signals(plugin: "SignalHooks", name: str, fulfillment: Any) -> Iterable[Signal]:
    """The order of this fulfilment changed."""
    if not plugin.settings.channels or plugin.takes_channel_of(fulfillment.order):
        yield Signal("order", global_id("Order", fulfillment.order_id), name)


def checkout_signals(plugin: "SignalHooks", name: str, checkout: Any) -> Iterable[Signal]:
    """The checkout has a referral this process has not told yet."""
    if not plugin.takes_channel_of(checkout):
        return
    metadata = getattr(getattr(checkout, "metadata_storage", None), "metadata", None)
    settings = plugin.settings
    referral = read_referral(metadata, code_key=settings.code_key, click_key=settings.click_key)
    checkout_id = global_id("Checkout", checkout.pk)
    if referral and process.current().is_news(checkout_id, referral):
        yield Signal("checkout", checkout_id, name, referral)


def loaded_checkout_signals(plugin: "SignalHooks", name: str, checkout: Any) -> Iterable[Signal]:
    """The same, but only where Saleor has read the metadata already: this hook fires at every step of a checkout."""
    if "metadata_storage" in checkout._state.fields_cache:
        yield from checkout_signals(plugin, name, checkout)


def customer_signals(plugin: "SignalHooks", name: str, customer: Any) -> Iterable[Signal]:
    """Somebody signed up, and their account says who sent them."""
    settings = plugin.settings
    metadata = getattr(customer, "metadata", None)
    referral = read_referral(metadata, code_key=settings.code_key, click_key=settings.click_key)
    email = storable(customer.email)
    if referral and email:
        yield Signal("customer", global_id("User", customer.pk), name, SignUp(*referral, email))


class SignalHooks:
    """Every hook that tells of a changed order or of a checkout's referral.

    One object serves one request: all its hooks together wait for the database no longer than one may, and none waits
    for a subject that an earlier one has waited for.
    """

    settings = PluginSettings()
    patience_seconds = PATIENCE_SECONDS
    told: frozenset[str] = frozenset()

    def submit(self, signals: list[Signal]) -> None:
        """Hand over these signals, waiting for those about something new."""
        subjects = {signal.subject_id for signal in signals}
        if self.patience_seconds <= 0 or subjects <= self.told:
            process.current().submit(signals, 0.0)
            return
        self.patience_seconds -= process.current().submit(signals, self.patience_seconds)
        self.told |= subjects

    def takes_channel_of(self, subject: Any) -> bool:
        """Whether the channel of this order or checkout takes part."""
        return not self.settings.channels or self.settings.takes(subject.channel.slug)

    order_created = signalling("order_created", order_signals)
    order_confirmed = signalling("order_confirmed", order_signals)
    order_paid = signalling("order_paid", order_signals)
    order_fully_paid = signalling("order_fully_paid", order_signals)
    order_updated = signalling("order_updated", order_signals)
    order_fulfilled = signalling("order_fulfilled", order_signals)
    order_cancelled = signalling("order_cancelled", order_signals)
    order_refunded = signalling("order_refunded", order_signals)
    order_fully_refunded = signalling("order_fully_refunded", order_signals)
    order_expired = signalling("order_expired", order_signals)
    order_metadata_updated = signalling("order_metadata_updated", order_signals)
    order_bulk_created = signalling("order_bulk_created", orders_signals)
    draft_order_created = signalling("draft_order_created", order_signals)
    draft_order_updated = signalling("draft_order_updated", order_signals)
    fulfillment_created = signalling("fulfillment_created", fulfillment_signals)
    fulfillment_approved = signalling("fulfillment_approved", fulfillment_signals)
    fulfillment_canceled = signalling("fulfillment_canceled", fulfillment_signals)
    customer_created = signalling("customer_created", customer_signals)
    checkout_created = signalling("checkout_created", checkout_signals)
    checkout_metadata_updated = signalling("checkout_metadata_updated", checkout_signals)
    checkout_updated = signalling("checkout_updated", loaded_checkout_signals)
