"""When the hold begins, where a plan says that it begins when the goods are received."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from distribution.commission.receipt.rule import Receipt, matures_at

SENT = datetime(2026, 3, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)
WAIT, HOLD = 15 * DAY, 7 * DAY
LATEST = SENT + WAIT + HOLD

days = st.integers(-30, 60).map(timedelta)
receipts = st.lists(
    st.tuples(days, st.integers(0, 30).map(timedelta)).map(
        lambda each: Receipt(SENT + each[0], SENT + each[0] + each[1])
    ),
    max_size=5,
)


def matures(*said: Receipt, latest_at: datetime = LATEST) -> datetime:
    return matures_at(latest_at, wait=WAIT, hold=HOLD, receipts=said)


def on(day: int, told: int | None = None) -> Receipt:
    return Receipt(SENT + day * DAY, SENT + (day if told is None else told) * DAY)


def test_nobody_says_anything_and_the_goods_count_as_received_after_the_wait() -> None:
    assert matures() == LATEST


def test_the_hold_begins_with_the_receipt() -> None:
    assert matures(on(3)) == SENT + 3 * DAY + HOLD


def test_the_first_receipt_counts_in_whatever_order_they_are_told() -> None:
    assert matures(on(5), on(3, told=9), on(8)) == SENT + 3 * DAY + HOLD


def test_what_was_sent_after_a_receipt_is_not_what_was_received() -> None:
    assert matures(on(3), latest_at=LATEST + 4 * DAY) == LATEST + 4 * DAY


def test_what_is_sent_and_received_at_the_same_moment_counts() -> None:
    assert matures(on(0)) == SENT + HOLD


def test_a_receipt_after_the_wait_changes_nothing() -> None:
    assert matures(on(16)) == LATEST


def test_what_is_told_once_it_has_matured_changes_nothing() -> None:
    assert matures(on(3, told=22)) == LATEST


def test_what_is_told_just_before_counts() -> None:
    told = Receipt(SENT + 3 * DAY, LATEST - timedelta(microseconds=1))

    assert matures(told) == SENT + 3 * DAY + HOLD


@given(receipts)
def test_it_is_never_later_than_the_wait_nor_earlier_than_the_hold(said: list[Receipt]) -> None:
    assert SENT + HOLD <= matures(*said) <= LATEST


@given(receipts, st.data())
def test_the_order_in_which_receipts_are_told_does_not_matter(
    said: list[Receipt], data: st.DataObject
) -> None:
    shuffled = data.draw(st.permutations(said))

    assert matures(*shuffled) == matures(*said)


@given(receipts, receipts)
def test_more_receipts_never_let_it_mature_later(said: list[Receipt], more: list[Receipt]) -> None:
    assert matures(*said, *more) <= matures(*said)
