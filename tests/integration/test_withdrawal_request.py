"""What a request is told and keeps: fee, promise, window; accounts that are new; who is told of what."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from distribution.db import transaction
from distribution.ledger.read import holdings
from distribution.settings import program
from distribution.settlement.settle import settle
from distribution.withdrawal.approve import approve
from distribution.withdrawal.errors import FeeTakesAll, MethodCooling, WindowClosed
from distribution.withdrawal.fee import Fee
from distribution.withdrawal.methods import add_method, remove_method
from distribution.withdrawal.pay import mark_paid
from distribution.withdrawal.policy import WithdrawalPolicy, policy_of
from distribution.withdrawal.proof import proof
from distribution.withdrawal.quote import Asked, quote
from distribution.withdrawal.reject import cancel
from distribution.withdrawal.request import request
from distribution.withdrawal.tables import PayoutMethod, Withdrawal
from distribution.withdrawal.watch import overdue_count, watch
from distribution.withdrawal.windows import Windows
from tests.letters import mails
from tests.money import NOW, earn, person

MERCHANT, ADA = "merchant:one", "distributor:ada"
DAY = timedelta(days=1)


@pytest.fixture
def who(engine: Engine, session: Session) -> UUID:
    found = person(session)
    earn(session, [(found, 1_000)])
    session.commit()
    settle(engine, actor="job:settle", now=NOW)
    return found


def asks(
    session: Session,
    who: UUID,
    amount_minor: int = 400,
    *,
    policy: WithdrawalPolicy | None = None,
    method: PayoutMethod | None = None,
    now: datetime = NOW,
) -> Withdrawal:
    return request(
        session,
        distributor_id=who,
        amount_minor=amount_minor,
        currency="USD",
        method="manual",
        method_id=None if method is None else method.id,
        policy=policy or policy_of(program.read(session), "USD", methods=["manual"]),
        actor=ADA,
        now=now,
    )


def rules(session: Session, **changes: object) -> None:
    program.change(session, {"withdrawal": changes}, actor=MERCHANT, now=NOW)


def adds(session: Session, who: UUID, label: str = "Bank 1", now: datetime = NOW) -> PayoutMethod:
    return add_method(
        session,
        distributor_id=who,
        adapter="manual",
        label=label,
        sealed_details="sealed",
        actor=ADA,
        now=now,
    )


def merchant(session: Session, role: str, locale: str | None = None) -> None:
    session.execute(
        text("""
        INSERT INTO distribution.merchants (id, email, name, role, password_hash, locale)
        VALUES (gen_random_uuid(), :role || '@shop.example', :role, :role, '', :locale)
        """),
        {"role": role, "locale": locale},
    )


def test_a_fee_is_that_of_the_request_whatever_is_changed_before_it_is_paid(
    session: Session, who: UUID
) -> None:
    rules(session, fee_fixed_minor={"USD": 30}, fee_bps=250, fee_maximum_minor={"USD": 39})
    policy = policy_of(program.read(session), "USD", methods=["manual"])
    told = quote(session, Asked(who, 400, "USD", "manual"), policy=policy, now=NOW)
    assert (told.fee_minor, told.net_minor) == (39, 361)
    asked = asks(session, who)
    rules(session, fee_fixed_minor={"USD": 90}, fee_bps=0, fee_maximum_minor={})
    approve(session, asked.id, actor=MERCHANT, now=NOW)
    mark_paid(session, asked.id, reference="1", actor=MERCHANT, now=NOW)
    (held,) = holdings(session, [who])
    assert (held.available_minor, held.paid_minor, held.fees_minor) == (600, 361, 39)
    assert list(proof(session)) == []


def test_a_fee_comes_back_with_its_withdrawal(session: Session, who: UUID) -> None:
    asked = asks(session, who, policy=WithdrawalPolicy(fee=Fee(fixed_minor=30)))
    cancel(session, asked.id, actor=ADA, now=NOW)
    (held,) = holdings(session, [who])
    assert (held.available_minor, held.fees_minor) == (1_000, 0)


def test_an_amount_the_fee_would_take_whole_is_refused(session: Session, who: UUID) -> None:
    with pytest.raises(FeeTakesAll) as refused:
        asks(session, who, 30, policy=WithdrawalPolicy(fee=Fee(fixed_minor=30)))
    assert (refused.value.field, refused.value.fee_minor) == ("amount", 30)


def test_a_request_outside_the_window_is_refused_and_one_known_is_not(session: Session, who: UUID) -> None:
    days = WithdrawalPolicy(windows=Windows(days_of_month=(1,)))
    asked = asks(session, who, policy=days)
    with pytest.raises(WindowClosed) as refused:
        asks(session, who, policy=days, now=NOW + DAY)
    assert refused.value.opens_at.isoformat() == "2026-07-01T00:00:00+00:00"
    again = request(
        session,
        distributor_id=who,
        amount_minor=400,
        currency="USD",
        method="manual",
        policy=days,
        actor=ADA,
        now=NOW + DAY,
        withdrawal_id=asked.id,
    )
    assert again is asked


def test_the_first_account_is_paid_to_at_once_and_any_later_one_after_some_days(
    session: Session, who: UUID
) -> None:
    first, second = adds(session, who), adds(session, who, "Bank 2")
    assert (first.cooling_until, second.cooling_until) == (None, NOW + 3 * DAY)
    asks(session, who, 100, method=first)
    with pytest.raises(MethodCooling) as refused:
        asks(session, who, 100, method=second, now=NOW + 3 * DAY - timedelta(seconds=1))
    assert (refused.value.until, refused.value.field) == (NOW + 3 * DAY, "method")
    asks(session, who, 100, method=second, now=NOW + 3 * DAY)


def test_who_removes_all_accounts_first_waits_as_well(session: Session, who: UUID) -> None:
    remove_method(session, adds(session, who).id, actor=ADA, now=NOW)
    assert adds(session, who).cooling_until == NOW + 3 * DAY


def test_a_program_may_choose_no_cooling_and_later_changes_nothing_for_a_known_account(
    session: Session, who: UUID
) -> None:
    adds(session, who)
    rules(session, cooling_days=0)
    assert adds(session, who).cooling_until is None
    rules(session, cooling_days=30)
    third = adds(session, who)
    rules(session, cooling_days=1)
    assert third.cooling_until == NOW + 30 * DAY


def test_two_first_accounts_at_once_are_one_first(engine: Engine, session: Session, who: UUID) -> None:
    session.commit()

    def add(_: int) -> bool:
        with transaction(engine) as own:
            return adds(own, who).cooling_until is None

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(add, range(8))).count(True) == 1


def test_the_address_on_file_is_told_of_every_change(session: Session, who: UUID) -> None:
    adds(session, who)
    session.execute(text("UPDATE distribution.distributors SET locale = 'zh_Hans'"))
    session.expire_all()
    second = adds(session, who, "Bank 2")
    remove_method(session, second.id, actor=ADA, now=NOW)
    first_mail, second_mail = mails(session, "method_added")
    [third_mail] = mails(session, "method_removed")
    assert first_mail["to"] == f"{who}@example.com"
    assert "2026年6月1日 12:00，您在" in first_mail["text"]
    assert "如果不是您本人操作" in first_mail["text"]
    assert "款项不会打到" not in first_mail["text"]
    assert "Bank 2" in second_mail["text"]
    assert "2026年6月4日 12:00之前" in second_mail["text"]
    assert "已删除" in third_mail["subject"]


def test_a_promise_is_kept_with_the_request_and_watched_until_it_has_ended(
    session: Session, who: UUID
) -> None:
    merchant(session, "owner")
    merchant(session, "finance", "zh_Hans")
    merchant(session, "support")
    rules(session, processing_days=2)
    kept, late, approved = (asks(session, who, amount) for amount in (100, 200, 300))
    assert late.due_at == NOW + 2 * DAY
    rules(session, processing_days=9)
    approve(session, approved.id, actor=MERCHANT, now=NOW)
    cancel(session, kept.id, actor=ADA, now=NOW)
    assert watch(session, now=NOW + 2 * DAY) == overdue_count(session, now=NOW + 2 * DAY) == 0
    then = NOW + 2 * DAY + timedelta(seconds=1)
    assert overdue_count(session, now=then) == 2
    assert watch(session, now=then) == 2
    told = {each["to"]: each for each in mails(session, "withdrawals_overdue")}
    assert set(told) == {"owner@shop.example", "finance@shop.example"}
    assert "$2.00, requested on 1 Jun 2026, 12:00" in told["owner@shop.example"]["text"]
    assert "$3.00" in told["owner@shop.example"]["text"]
    assert "http://localhost/console/withdrawals" in told["owner@shop.example"]["text"]
    assert "2 笔提现已逾期" in told["finance@shop.example"]["subject"]
    assert watch(session, now=then + DAY) == 0
    mark_paid(session, approved.id, reference="1", actor=MERCHANT, now=then)
    assert overdue_count(session, now=then) == 1


def test_what_is_overdue_waits_until_there_is_somebody_to_tell(session: Session, who: UUID) -> None:
    rules(session, processing_days=1)
    asks(session, who)
    then = NOW + 2 * DAY
    assert watch(session, now=then) == 0
    merchant(session, "owner")
    assert watch(session, now=then) == 1


def test_two_watchers_at_once_tell_once(engine: Engine, session: Session, who: UUID) -> None:
    merchant(session, "owner")
    rules(session, processing_days=1)
    for _ in range(10):
        asks(session, who, 10)
    session.commit()

    def look(_: int) -> int:
        with transaction(engine) as own:
            return watch(own, now=NOW + 2 * DAY)

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(look, range(4))) == 10
    assert sum(each["text"].count("$0.10") for each in mails(session, "withdrawals_overdue")) == 10


def test_the_first_withdrawal_to_an_account_is_told_once(session: Session, who: UUID) -> None:
    method = adds(session, who)
    first = asks(session, who, 400, method=method)
    asks(session, who, 100, method=method)
    (told,) = mails(session, "method_used")
    assert told["subject"] == "First withdrawal to Bank 1"
    assert "$4.00 was asked for to an account that never had money from us before: Bank 1." in told["text"]
    assert "If this was not you" in told["text"]
    other = adds(session, who, "Bank 2", now=NOW - 10 * DAY)
    asks(session, who, 100, method=other)
    assert len(mails(session, "method_used")) == 2
    assert first.amount_minor == 400
