"""States and limits of withdrawals."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

import pytest

from distribution.adapters.payout import PayoutAdapter, payout_adapters
from distribution.adapters.payout.base import Answer, Outcome, Payout
from distribution.adapters.payout.manual import ManualAdapter
from distribution.errors import DomainError
from distribution.settings.document import ProgramSettings
from distribution.withdrawal.policy import WithdrawalPolicy, policy_of
from distribution.withdrawal.states import ENDED, FOLLOWING, RETURNED, WITH_PROVIDER, may_follow
from distribution.withdrawal.tables import STATES

LIMITED = WithdrawalPolicy(
    minimum_minor=1_000, maximum_minor=50_000, maximum_per_day_minor=60_000, requests_per_day=3
)


def refusal(
    policy: WithdrawalPolicy, amount_minor: int, *, requests: int = 0, asked: int = 0, by: str = "manual"
) -> str:
    try:
        policy.check(
            amount_minor=amount_minor,
            currency="USD",
            method=by,
            requests_today=requests,
            asked_today_minor=asked,
        )
    except DomainError as error:
        return error.code
    return "granted"


def test_states_are_those_of_the_tables() -> None:
    assert set(FOLLOWING) == set(STATES)
    assert {state for following in FOLLOWING.values() for state in following} < set(STATES)
    assert {"paid"} | RETURNED == ENDED


def test_money_that_may_have_left_never_returns_without_being_found_failed() -> None:
    for state in WITH_PROVIDER:
        assert not may_follow(state, "rejected")
        assert not may_follow(state, "cancelled")
    assert not may_follow("approved", "cancelled")


@pytest.mark.parametrize(
    "amount_minor, requests, asked, expected",
    [
        (1_000, 0, 0, "granted"),
        (999, 0, 0, "below_minimum"),
        (0, 0, 0, "below_minimum"),
        (-5, 0, 0, "below_minimum"),
        (50_000, 0, 0, "granted"),
        (50_001, 0, 0, "above_maximum"),
        (5_000, 2, 55_000, "granted"),
        (5_001, 2, 55_000, "above_daily_maximum"),
        (5_000, 3, 0, "too_many_requests"),
    ],
)
def test_limits(amount_minor: int, requests: int, asked: int, expected: str) -> None:
    assert refusal(LIMITED, amount_minor, requests=requests, asked=asked) == expected


def test_without_limits_any_positive_amount_is_granted() -> None:
    assert refusal(WithdrawalPolicy(), 1) == "granted"
    assert refusal(WithdrawalPolicy(), 0) == "below_minimum"
    assert refusal(WithdrawalPolicy(), 10, by="carrier pigeon") == "method_unavailable"


def test_the_program_decides_by_currency() -> None:
    program = ProgramSettings.model_validate(
        {"withdrawal": {"minimum_minor": {"USD": 2_000}, "requests_per_day": 1}, "time_zone": "Asia/Shanghai"}
    )
    dollars, yen = (policy_of(program, currency, methods=["manual"]) for currency in ("USD", "JPY"))
    assert (dollars.minimum_minor, yen.minimum_minor, yen.requests_per_day) == (2_000, 1, 1)


def test_a_day_begins_at_midnight_where_the_program_lives() -> None:
    policy = WithdrawalPolicy(time_zone="Asia/Shanghai")
    began = policy.day_began_at(datetime(2026, 6, 1, 17, 30, tzinfo=UTC))
    assert began.astimezone(UTC) == datetime(2026, 6, 1, 16, 0, tzinfo=UTC)


def test_the_manual_adapter_is_found_by_its_entry_point() -> None:
    adapter = payout_adapters()["manual"]
    assert isinstance(adapter, ManualAdapter)
    assert isinstance(adapter, PayoutAdapter)
    payout = Payout("withdrawal-1", UUID(int=1), UUID(int=2), None, 100, "USD")
    assert adapter.poll(payout) == adapter.cancel(payout) == Answer(Outcome.SENT)
