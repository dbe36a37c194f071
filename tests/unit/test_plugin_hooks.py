"""Hooks signal, give back what they were given, and never raise; no Saleor needed."""

from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest

from saleor_plugin import process
from saleor_plugin.configuration import PluginSettings
from saleor_plugin.hooks import SignalHooks
from saleor_plugin.identity import global_id
from saleor_plugin.referral import Referral, SignUp
from saleor_plugin.signals import Signal

KEY = UUID("8b7a1c5e-0f4d-4d4f-9c8e-2f1f0c3b7a11")
ORDER_HOOKS = [
    "order_created",
    "order_confirmed",
    "order_paid",
    "order_fully_paid",
    "order_updated",
    "order_fulfilled",
    "order_cancelled",
    "order_refunded",
    "order_fully_refunded",
    "order_expired",
    "order_metadata_updated",
    "draft_order_created",
    "draft_order_updated",
]
FULFILLMENT_HOOKS = ["fulfillment_created", "fulfillment_approved", "fulfillment_canceled"]
CHECKOUT_HOOKS = ["checkout_created", "checkout_metadata_updated", "checkout_updated"]


class Recorder(SignalHooks):
    """The hooks, with what they would hand over kept."""

    def __init__(self, settings: PluginSettings | None = None) -> None:
        self.settings = settings or PluginSettings()
        self.signals: list[Signal] = []

    def submit(self, signals: list[Signal]) -> None:
        self.signals += signals


def order(channel: str = "us") -> SimpleNamespace:
    return SimpleNamespace(pk=KEY, channel=SimpleNamespace(slug=channel))


def checkout(metadata: object, channel: str = "us", key: object = KEY) -> SimpleNamespace:
    storage = SimpleNamespace(metadata=metadata)
    return SimpleNamespace(
        pk=key,
        channel=SimpleNamespace(slug=channel),
        metadata_storage=storage,
        _state=SimpleNamespace(fields_cache={"metadata_storage": storage}),
    )


@pytest.mark.parametrize("name", ORDER_HOOKS)
def test_order_hooks(name: str) -> None:
    plugin = Recorder()
    assert getattr(plugin, name)(order(), "extra", previous_value=7, webhooks=None, later="argument") == 7
    assert plugin.signals == [Signal("order", global_id("Order", KEY), name)]


@pytest.mark.parametrize("name", FULFILLMENT_HOOKS)
def test_fulfillment_hooks(name: str) -> None:
    plugin = Recorder()
    fulfillment = SimpleNamespace(pk=3, order_id=KEY, order=order())
    assert getattr(plugin, name)(fulfillment, previous_value=None, notify_customer=True) is None
    assert plugin.signals == [Signal("order", global_id("Order", KEY), name)]


def test_bulk() -> None:
    plugin = Recorder()
    plugin.order_bulk_created([order(), order("de")], previous_value=None)
    assert len(plugin.signals) == 2


@pytest.mark.parametrize("name", CHECKOUT_HOOKS)
def test_checkout_hooks(name: str) -> None:
    plugin = Recorder()
    key = f"{KEY}-{name}"
    getattr(plugin, name)(checkout({}, key=key), previous_value=None)
    getattr(plugin, name)(checkout(None, key=key), previous_value=None)
    assert plugin.signals == []
    for code in ("ALICE", "ALICE", "BOB"):
        getattr(plugin, name)(checkout({"referral_code": code}, key=key), previous_value=None)
    checkout_id = global_id("Checkout", key)
    assert plugin.signals == [
        Signal("checkout", checkout_id, name, Referral("ALICE", None)),
        Signal("checkout", checkout_id, name, Referral("BOB", None)),
    ]


def test_checkout_updated_reads_nothing_that_is_not_loaded() -> None:
    plugin = Recorder()
    plugin.checkout_updated(SimpleNamespace(pk=KEY, channel=None, _state=SimpleNamespace(fields_cache={})))
    assert plugin.signals == []


def test_other_channels_are_left_out() -> None:
    plugin = Recorder(PluginSettings(channels=frozenset({"de"})))
    plugin.order_created(order("us"))
    plugin.order_bulk_created([order("us"), order("us")])
    plugin.fulfillment_created(SimpleNamespace(order_id=KEY, order=order("us")))
    plugin.checkout_created(checkout({"referral_code": "A"}, "us"))
    assert plugin.signals == []
    plugin.order_created(order("de"))
    assert len(plugin.signals) == 1


@pytest.mark.parametrize("name", [*ORDER_HOOKS, *FULFILLMENT_HOOKS, *CHECKOUT_HOOKS, "order_bulk_created"])
@pytest.mark.parametrize("subject", [None, 7, SimpleNamespace()])
def test_never_an_exception(name: str, subject: Any) -> None:
    before = process.current().swallowed
    assert getattr(SignalHooks(), name)(subject, previous_value="kept") == "kept"
    assert process.current().swallowed == before + 1


def test_checkout_without_stored_metadata_is_no_error() -> None:
    plugin = Recorder()
    before = process.current().swallowed
    plugin.checkout_created(SimpleNamespace(pk=KEY, channel=SimpleNamespace(slug="us")))
    assert plugin.signals == []
    assert process.current().swallowed == before


def test_missing_variables_are_named_and_hooks_only_counted() -> None:
    unconfigured = process.Process({"DISTRIBUTION_REDIS_URL": "redis://localhost"})
    unconfigured.submit([Signal("order", "id", "order_created")], 0.04)
    health = unconfigured.health()
    assert health["breaker"] == "unconfigured"
    assert health["wrong_variables"] == ["DISTRIBUTION_DATABASE_URL"]
    assert health["hooks"] == 1


def test_only_so_many_checkouts_are_remembered() -> None:
    remembered = process.Process({})
    for number in range(process.CHECKOUTS_REMEMBERED + 1):
        assert remembered.is_news(f"checkout-{number}", Referral("A", None))
    assert remembered.is_news("checkout-0", Referral("A", None))
    assert not remembered.is_news(f"checkout-{process.CHECKOUTS_REMEMBERED}", Referral("A", None))


def test_a_sign_up_is_told_where_the_account_says_who_sent_it() -> None:
    plugin = Recorder()
    account = SimpleNamespace(pk=7, email="buyer@example.com", metadata={"referral_code": "ALICE"})
    assert plugin.customer_created(account, previous_value=3) == 3
    plugin.customer_created(SimpleNamespace(pk=8, email="x@example.com", metadata={}), previous_value=None)
    assert plugin.signals == [
        Signal(
            "customer", global_id("User", 7), "customer_created", SignUp("ALICE", None, "buyer@example.com")
        )
    ]
