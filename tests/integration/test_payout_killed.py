"""A job killed before each of its statements, a provider's server at the other end: paid once, or a person's.

Each withdrawal costs a fee and was approved by two people; what the provider pays is what is left.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from distribution.adapters.payout.keys import short_key
from distribution.adapters.payout.paypal import PaypalAdapter
from distribution.adapters.payout.saleor_gift_card import SaleorGiftCardAdapter
from distribution.adapters.payout.stripe import StripeAdapter
from distribution.adapters.payout.variables import read
from distribution.adapters.payout.wechat import WechatAdapter
from distribution.db import create_engine
from distribution.withdrawal.tables import Withdrawal
from tests.kill import finishes_unless_killed_at
from tests.money import NOW
from tests.payout_world import CHARGED, CHARGED_MINOR, HOUR, PayoutWorld
from tests.providers.paypal import CLIENT_ID, CLIENT_SECRET, WEBHOOK_ID, Paypal
from tests.providers.saleor_gift_cards import CHANNEL, CODE_SECRET, TOKEN, SaleorGiftCards
from tests.providers.server import Provider, running
from tests.providers.stripe import SECRET_KEY, WEBHOOK_SECRET, Stripe
from tests.providers.wechat import Wechat


@dataclass
class Other:
    """A provider's server, and what happens there by itself some time after an order arrived."""

    server: Provider
    world: PayoutWorld
    later: Callable[[Withdrawal], None] = lambda _one: None


@contextmanager
def stripe(url: str, folder: Path) -> Iterator[Other]:
    with running(Stripe(NOW)) as server:
        world = _world(url, "stripe", "USD", {"account": "acct_1032D82eZvKYlo2C"})
        settings = {"SECRET_KEY": SECRET_KEY, "WEBHOOK_SECRET": WEBHOOK_SECRET, "URL": server.url}
        world.adapter = StripeAdapter(settings, clock=world.clock)
        yield Other(server, world)


@contextmanager
def paypal(url: str, folder: Path) -> Iterator[Other]:
    with running(Paypal(NOW)) as server:
        world = _world(url, "paypal", "USD", {"email": "ada@example.com"})
        settings = {
            "CLIENT_ID": CLIENT_ID,
            "CLIENT_SECRET": CLIENT_SECRET,
            "WEBHOOK_ID": WEBHOOK_ID,
            "URL": server.url,
        }
        world.adapter = PaypalAdapter(settings, clock=world.clock)

        def later(one: Withdrawal) -> None:
            for number, batch in server.batches.items():
                key = batch["batch_header"]["sender_batch_header"]["sender_batch_id"]
                if key == one.idempotency_key and batch["batch_header"]["batch_status"] == "PENDING":
                    server.finish(number)
                    world.hear(*server.event(number, "PAYMENT.PAYOUTS-ITEM.SUCCEEDED"))

        yield Other(server, world, later)


class PunctualWechat(Wechat):
    """Its clock is the world's: signatures are looked at for five minutes."""

    world: PayoutWorld

    @property
    def now(self) -> datetime:
        return self.world.now

    @now.setter
    def now(self, value: datetime) -> None:
        assert value == NOW


@contextmanager
def wechat(url: str, folder: Path) -> Iterator[Other]:
    with running(PunctualWechat(NOW)) as server:
        world = server.world = _world(url, "wechat", "CNY", {"openid": "o-MYE42l80oelYMDE34nYD456Xoy"})
        settings = read("wechat", WechatAdapter.variables, server.write_keys(folder))
        world.adapter = WechatAdapter(settings, clock=world.clock)

        def later(one: Withdrawal) -> None:
            number = short_key(one.idempotency_key)
            if number in server.bills:
                server.confirm(number)

        yield Other(server, world, later)


@contextmanager
def gift_card(url: str, folder: Path) -> Iterator[Other]:
    with running(SaleorGiftCards()) as server:
        world = _world(url, "saleor_gift_card", "USD", {"email": "ada@example.com"})
        settings = {"URL": server.url, "TOKEN": TOKEN, "CHANNEL": CHANNEL, "CODE_SECRET": CODE_SECRET}
        world.adapter = SaleorGiftCardAdapter(settings, clock=world.clock)
        yield Other(server, world)


def _world(url: str, method: str, currency: str, payee: dict[str, str]) -> PayoutWorld:
    return PayoutWorld(create_engine(url), method, currency, payee, fee=CHARGED, takes_two=True)


def kill_at_each(other: Other, url: str) -> tuple[int, int]:
    """One payout more for each step of the job, killed there; how many there were, and how many need a person."""
    world, step, left = other.world, 0, 0
    finished = False
    while not finished:
        step += 1
        one = world.approved()
        finished = finishes_unless_killed_at(step, url, lambda engine: world.carry(engine))
        world.now += HOUR
        world.carry()
        other.later(one)
        for _ in range(2):
            world.now += HOUR
            world.carry()
        ended = world.state(one.id)
        ordered = other.server.times_paid(one.idempotency_key)
        assert (ended, ordered) in {("paid", 1), ("unknown", 0)}
        left += ended == "unknown"
        world.now += timedelta(minutes=1)
    world.engine.dispose()
    return step, left


@pytest.mark.prove
@pytest.mark.parametrize("begin", [stripe, paypal, wechat, gift_card])
def test_killed_before_each_statement(
    own_database_url: str, tmp_path: Path, begin: Callable[[str, Path], Iterator[Other]]
) -> None:
    with begin(own_database_url, tmp_path) as other:
        steps, left = kill_at_each(other, own_database_url)
        paid = len(other.server.paid)
        print(
            f"payouts by {other.world.method}: {steps} killed one at each statement, {paid} paid once, 0 twice,"
            f" {left} for a person"
        )
        assert steps > 15
        assert paid == steps - left == len({key for key, _ in other.server.paid})
        assert {amount_minor for _, amount_minor in other.server.paid} == {CHARGED_MINOR}
