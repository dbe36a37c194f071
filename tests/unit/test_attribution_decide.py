"""Whose an order is: the rule book of docs/attribution.md, case by case."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from distribution.attribution.decide import Candidate, Decision, Referral, decide
from distribution.attribution.policy import AttributionPolicy, Occasion, from_document
from distribution.settings.document import AttributionRules

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)
ALICE, BOB, CARL, SAM = (UUID(int=number) for number in range(1, 5))
SHOPPER = b"shopper"
DEFAULT = AttributionPolicy()
LINK = Referral(NOW, SHOPPER, referral_code="ALICE", click_id="c1")
"""An order through ALICE's link, two days after the click."""


def by_link(days: float = 2, **facts: object) -> dict[str, Candidate]:
    return {"referral_code": Candidate(ALICE, True, since=NOW - days * DAY, **facts)}


def bound(days: float = 5, who: UUID = BOB, *, active: bool = True) -> dict[str, Candidate]:
    return {"binding": Candidate(who, active, since=NOW - days * DAY)}


def voucher() -> dict[str, Candidate]:
    return {"voucher": Candidate(CARL, True)}


def whose(decision: Decision) -> tuple[UUID | None, str]:
    return decision.distributor_id, decision.reason


def test_the_policy_that_holds_unless_chosen_is_that_of_the_settings() -> None:
    assert from_document({}) == DEFAULT == from_document(AttributionRules().model_dump())


@pytest.mark.parametrize(
    "policy, candidates, expected",
    [
        (DEFAULT, {**by_link(), **voucher(), **bound()}, (CARL, "voucher")),
        (
            replace(DEFAULT, voucher_first=False),
            {**by_link(), **voucher(), **bound()},
            (ALICE, "referral_code"),
        ),
        (replace(DEFAULT, voucher_first=False), {**voucher(), **bound()}, (None, "unknown_code")),
        (DEFAULT, {**by_link(), **bound()}, (ALICE, "referral_code")),
        (replace(DEFAULT, binding_first=True), {**by_link(), **bound()}, (BOB, "binding")),
        (replace(DEFAULT, binding_first=True), {**by_link(), **voucher(), **bound()}, (CARL, "voucher")),
        (replace(DEFAULT, protection_days=10), {**by_link(), **bound(5)}, (BOB, "binding")),
        (replace(DEFAULT, protection_days=5), {**by_link(), **bound(5)}, (ALICE, "referral_code")),
        (
            replace(DEFAULT, protection_days=10),
            {**by_link(), **bound(5, active=False)},
            (ALICE, "referral_code"),
        ),
        (DEFAULT, by_link(31), (None, "outside_window")),
        (DEFAULT, by_link(30), (ALICE, "referral_code")),
        (replace(DEFAULT, window_days=None), by_link(4000), (ALICE, "referral_code")),
    ],
)
def test_who_beats_whom(
    policy: AttributionPolicy, candidates: dict[str, Candidate], expected: tuple[UUID | None, str]
) -> None:
    order = replace(LINK, voucher_code="CARL10" if "voucher" in candidates else None)
    assert whose(decide(order, candidates, policy)) == expected


def test_a_link_outside_its_window_does_not_fall_back_on_an_older_binding() -> None:
    assert whose(decide(LINK, {**by_link(31), **bound()}, DEFAULT)) == (None, "outside_window")


def test_a_voucher_of_the_shops_own_takes_nothing_from_anybody() -> None:
    order = replace(LINK, voucher_code="SUMMER")
    assert whose(decide(order, by_link(), DEFAULT)) == (ALICE, "referral_code")


def test_new_customers_only_still_pays_for_those_who_were_won() -> None:
    policy = replace(DEFAULT, new_customers_only=True)
    again = replace(LINK, has_earlier_order=True)
    assert whose(decide(again, by_link(), policy)) == (None, "not_a_new_customer")
    assert whose(decide(Referral(NOW, SHOPPER, has_earlier_order=True), bound(), policy)) == (BOB, "binding")


@pytest.mark.parametrize(
    "rule, expected",
    [
        ("pay", (ALICE, "referral_code")),
        ("skip", (None, "self_purchase")),
        ("sponsor", (SAM, "self_purchase_sponsor")),
    ],
)
def test_a_distributor_buys_for_themselves(rule: str, expected: tuple[UUID | None, str]) -> None:
    policy = from_document({"self_purchase": rule})
    decision = decide(LINK, by_link(email_hash=SHOPPER, sponsor_id=SAM), policy)
    assert whose(decision) == expected
    assert decision.binds_from is None


@pytest.mark.parametrize(
    "moment, occasion, begins",
    [
        ("none", "order", None),
        ("first_order", "order", NOW),
        ("first_order", "sign_up", None),
        ("sign_up", "sign_up", NOW),
        ("sign_up", "order", None),
        ("sign_up", "visit", None),
        ("first_visit", "visit", NOW - 2 * DAY),
        ("first_visit", "sign_up", NOW - 2 * DAY),
        ("first_visit", "order", NOW - 2 * DAY),
    ],
)
def test_when_a_shopper_is_bound(moment: str, occasion: Occasion, begins: datetime | None) -> None:
    policy = from_document({"binding_moment": moment})
    arrival = replace(LINK, occasion=occasion)
    assert decide(arrival, by_link(), policy).binds_from == begins


def test_a_visit_from_before_the_binding_does_not_reach_behind_it() -> None:
    policy = from_document({"binding_moment": "first_visit"})
    assert decide(LINK, {**by_link(9), **bound(5)}, policy).binds_from == NOW - 5 * DAY


def test_a_binding_that_would_have_ended_already_is_not_begun() -> None:
    policy = from_document({"binding_moment": "first_visit", "binding_days": 1})
    assert decide(LINK, by_link(2), policy).binds_from is None


def test_a_visit_without_a_known_click_counts_from_when_it_is_told() -> None:
    policy = from_document({"binding_moment": "first_visit"})
    assert decide(LINK, {"referral_code": Candidate(ALICE, True)}, policy).binds_from == NOW
