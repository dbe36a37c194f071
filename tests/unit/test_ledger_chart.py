"""The chart of accounts says something of every kind of account, and beancount can read its names."""

from __future__ import annotations

import re
from uuid import UUID

import pytest

from distribution.ledger.chart import CHART, full_name, missing
from distribution.ledger.kinds import TRANSFER_KINDS

# What beancount takes for a part of an account's name.
PART = re.compile(r"[A-Z0-9][A-Za-z0-9-]*")
WHO = UUID("abcdef01-0000-7000-8000-00000000000f")


def test_every_kind_of_account_is_in_the_chart() -> None:
    assert missing() == set()


@pytest.mark.parametrize("kind", CHART)
def test_names_are_those_of_beancount(kind: str) -> None:
    group, *parts = full_name(kind, WHO if CHART[kind].of_distributor else None).split(":")
    assert group in {"Assets", "Liabilities", "Equity", "Income", "Expenses"}
    assert parts
    assert all(PART.fullmatch(part) for part in parts)


def test_two_kinds_never_share_a_name() -> None:
    assert len({full_name(kind, None) for kind in CHART}) == len(CHART)


@pytest.mark.parametrize("name", TRANSFER_KINDS)
def test_a_transfer_goes_between_kinds_of_the_chart(name: str) -> None:
    assert {TRANSFER_KINDS[name].debit, TRANSFER_KINDS[name].credit} <= set(CHART)
