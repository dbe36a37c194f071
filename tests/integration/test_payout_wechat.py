"""WeChat Pay's adapter against a server that follows its contract, signatures included: nothing is ever paid twice."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from sqlalchemy import Engine

from distribution.adapters.payout.base import Outcome, WrongPayee
from distribution.adapters.payout.keys import short_key
from distribution.adapters.payout.variables import read
from distribution.adapters.payout.wechat import WechatAdapter
from distribution.analytics.selling import ToConfirm, selling
from distribution.db import transaction
from distribution.notice.kinds import KINDS
from distribution.outbox import Carried
from distribution.withdrawal import read as reading
from distribution.withdrawal.send import order_of
from distribution.withdrawal.stop import stop
from distribution.withdrawal.tables import Withdrawal
from tests.letters import letters, mails
from tests.money import NOW
from tests.payout_world import HOUR, MERCHANT, PayoutWorld
from tests.providers.server import Fault, running
from tests.providers.wechat import Wechat

PAYEE = {"openid": "o-MYE42l80oelYMDE34nYD456Xoy", "name": "王小明"}


@pytest.fixture
def wechat() -> Iterator[Wechat]:
    with running(Wechat(NOW)) as server:
        yield server


class World(PayoutWorld):
    """Time passes at WeChat Pay too: it looks at signatures of five minutes at most."""

    wechat: Wechat

    def later(self, delay: timedelta = HOUR) -> Carried:
        self.wechat.now += delay
        return super().later(delay)


@pytest.fixture
def world(engine: Engine, wechat: Wechat, tmp_path: Path) -> World:
    made = World(engine, "wechat", "CNY", PAYEE)
    made.wechat = wechat
    settings = read("wechat", WechatAdapter.variables, wechat.write_keys(tmp_path))
    made.adapter = WechatAdapter(settings, clock=made.clock)
    return made


def number(one: Withdrawal) -> str:
    return short_key(one.idempotency_key)


def test_taken_confirmed_by_the_receiver_and_paid(world: World, wechat: Wechat) -> None:
    wechat.names = {PAYEE["openid"]: PAYEE["name"]}
    one = world.approved()
    world.carry()
    world.check(wechat, one, "sent", paid=0)
    with transaction(world.engine) as session:
        said = reading.events(session, one.id)[-1].facts["confirm"]
    assert said == {
        "kind": "wechat",
        "mch_id": "1900001109",
        "app_id": "wxf636efh567hg4356",
        "package": f"package-of-{number(one)}",
    }
    with transaction(world.engine) as session:
        # They are told that it is their turn, on their phone too, and find it among what to do next.
        assert KINDS["withdrawal_confirm"].topic.pushed
        assert KINDS["withdrawal_confirm"].topic.essential
        (asked,) = mails(session, "withdrawal_confirm")
        (told,) = letters(session, "withdrawal_confirm")
        next_step = selling(session, one.distributor_id, currency="USD", days=7, now=NOW).to_confirm
    assert asked["subject"] == "Confirm that you take CN¥400.00"
    assert "Open it in WeChat on your phone, within a day." in asked["text"]
    assert told.said.path == f"/withdrawals/{one.id}"
    assert next_step == ToConfirm(one.id, "CNY", 40_000)
    world.later()
    world.check(wechat, one, "sent", paid=0)
    wechat.confirm(number(one))
    world.later()
    world.check(wechat, one, "paid", paid=1)
    with transaction(world.engine) as session:
        assert len(mails(session, "withdrawal_confirm")) == 1
        (paid,) = mails(session, "withdrawal_paid")
        assert selling(session, one.distributor_id, currency="USD", days=7, now=NOW).to_confirm is None
    assert paid["subject"] == "CN¥400.00 paid out to you"
    assert "The money is in your WeChat wallet." in paid["text"]
    assert "Bank" not in paid["text"]


@pytest.mark.parametrize("fault", [Fault.SILENT, Fault.BROKEN_AFTER, Fault.GARBLED])
def test_an_answer_that_was_lost_is_asked_for(world: World, wechat: Wechat, fault: Fault) -> None:
    wechat.faults = [fault]
    one = world.approved()
    world.carry()
    world.check(wechat, one, "unknown", paid=0)
    world.later()
    world.check(wechat, one, "sent", paid=0)
    wechat.confirm(number(one))
    world.later()
    world.check(wechat, one, "paid", paid=1)
    assert len(wechat.bills) == 1


@pytest.mark.parametrize("fault", [Fault.LOST, Fault.BROKEN])
def test_what_never_arrived_is_never_sent_again(world: World, wechat: Wechat, fault: Fault) -> None:
    wechat.faults = [fault]
    one = world.approved()
    world.carry()
    for _ in range(5):
        world.later(timedelta(days=7))
    world.check(wechat, one, "unknown", paid=0)
    assert wechat.bills == {}


def test_turned_away_it_is_given_another_time(world: World, wechat: Wechat) -> None:
    wechat.faults = [Fault.BUSY]
    wechat.balance_minor = 0
    one = world.approved()
    world.carry()
    world.check(wechat, one, "approved", paid=0)
    world.later()
    world.check(wechat, one, "approved", paid=0)
    wechat.balance_minor = 1_000_000
    world.later()
    wechat.confirm(number(one))
    world.later()
    world.check(wechat, one, "paid", paid=1)


def test_another_name_returns_the_money(world: World, wechat: Wechat) -> None:
    wechat.names = {PAYEE["openid"]: "李四"}
    one = world.approved()
    world.carry()
    world.check(wechat, one, "failed", paid=0)
    assert wechat.bills == {}


@pytest.mark.parametrize("state", ["FAIL", "CANCELLED"])
def test_closed_at_wechat_the_money_returns(world: World, wechat: Wechat, state: str) -> None:
    one = world.approved()
    world.carry()
    wechat.bills[number(one)] |= {"state": state, "fail_reason": "OVERDUE_CLOSE"}
    world.later()
    world.check(wechat, one, "failed", paid=0)


@pytest.mark.parametrize("state", ["ACCEPTED", "PROCESSING", "TRANSFERING", "CANCELING", "TELEPORTED"])
def test_a_bill_under_way_or_in_a_state_nobody_knows(world: World, wechat: Wechat, state: str) -> None:
    wechat.state = state
    one = world.approved()
    world.carry()
    known = state != "TELEPORTED"
    world.check(wechat, one, "sent" if known else "unknown", paid=0)
    wechat.bills[number(one)]["state"] = "WAIT_USER_CONFIRM"
    wechat.confirm(number(one))
    world.later()
    world.check(wechat, one, "paid", paid=1)


def test_called_off_before_it_was_confirmed(world: World, wechat: Wechat) -> None:
    providers = {"wechat": world.the_adapter}
    one, other = world.approved(), world.approved()
    world.carry()
    wechat.confirm(number(other))
    for each in (one, other):
        stop(
            world.engine,
            each.id,
            providers=providers,
            actor=MERCHANT,
            clock=world.clock,
            cipher=world.cipher,
        )
    world.check(wechat, one, "failed", paid=0)
    world.check(wechat, other, "paid", paid=1)


def test_the_same_order_again_makes_no_other_bill(world: World, wechat: Wechat) -> None:
    one = world.approved()
    world.carry()
    with transaction(world.engine) as session:
        payout = order_of(session, one, world.cipher)
        one.amount_minor += 1
        other = order_of(session, one, world.cipher)
    assert world.the_adapter.submit(payout).outcome is Outcome.SENT
    assert world.the_adapter.submit(other).outcome is Outcome.SENT
    assert [bill["transfer_amount"] for bill in wechat.bills.values()] == [40_000]


def test_a_callback_before_the_answer_repeated(world: World, wechat: Wechat) -> None:
    wechat.faults = [Fault.SILENT]
    one = world.approved()
    world.carry()
    wechat.confirm(number(one))
    for _ in range(3):
        world.hear(*wechat.callback(number(one)))
        world.check(wechat, one, "paid", paid=1)
    world.later()
    world.check(wechat, one, "paid", paid=1)


def test_what_wechat_did_not_sign_or_seal_is_turned_away(world: World, wechat: Wechat) -> None:
    one = world.approved()
    world.carry()
    wechat.confirm(number(one))
    headers, body = wechat.callback(number(one))
    assert world.hear_forged({}, body)
    assert world.hear_forged(headers, body + b" ")
    assert world.hear_forged(headers | {"wechatpay-serial": "PUB_KEY_ID_0115"}, body)
    assert world.hear_forged(headers | {"wechatpay-signature": "WECHATPAY/SIGNTEST/x"}, body)
    assert world.hear_forged(*wechat.signed(body, by=generate_private_key(65537, 2048)))
    bill = json.dumps(wechat.bills[number(one)])
    assert world.hear_forged(*wechat.signed(wechat.sealed(bill, key="another API v3 key of 32 letters")))
    assert world.hear_forged(*wechat.callback(number(one), mch_id="1900009999"))
    world.now += HOUR
    assert world.hear_forged(headers, body)
    world.now -= HOUR
    world.check(wechat, one, "sent", paid=1)
    world.hear(*wechat.signed(wechat.sealed("{}", kind="TRANSACTION.SUCCESS")))


def test_an_answer_that_wechat_did_not_sign_is_none(world: World, wechat: Wechat) -> None:
    one = world.approved()
    world.carry()
    wechat.confirm(number(one))
    ours, wechat.key = wechat.key, generate_private_key(65537, 2048)
    world.later()
    world.check(wechat, one, "sent", paid=1)
    wechat.key = ours
    world.later()
    world.check(wechat, one, "paid", paid=1)


def test_large_amounts_need_a_name(world: World, wechat: Wechat) -> None:
    one = world.approved()
    with transaction(world.engine) as session:
        one.amount_minor = 200_000
        payout = order_of(session, one, None)
    assert world.the_adapter.submit(payout).outcome is Outcome.FAILED
    assert wechat.asked == []
    assert world.the_adapter.label(PAYEE) == "微信 •••• 6Xoy"
    with pytest.raises(WrongPayee):
        world.the_adapter.payee({"openid": "13800138000"})
