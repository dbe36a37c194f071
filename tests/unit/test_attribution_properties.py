"""What holds of the decision whose an order is, whatever the order says, whoever is known, whatever the policy."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from distribution.attribution.decide import Candidate, Referral, decide
from distribution.attribution.policy import AttributionPolicy

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
PEOPLE = [UUID(int=number) for number in range(1, 5)]
SHOPPER = b"shopper"
WAYS = ("voucher", "referral_code", "click", "binding")
TOKENS = {"voucher": "voucher_code", "referral_code": "referral_code", "click": "click_id"}

days = st.integers(0, 60)
candidate = st.builds(
    Candidate,
    distributor_id=st.sampled_from(PEOPLE),
    active=st.booleans(),
    email_hash=st.sampled_from([None, SHOPPER, b"other"]),
    sponsor_id=st.none() | st.sampled_from(PEOPLE),
    since=st.none() | days.map(lambda ago: NOW - timedelta(days=ago)),
)
policies = st.builds(
    AttributionPolicy,
    voucher_first=st.booleans(),
    binding_first=st.booleans(),
    binding_days=st.none() | st.integers(1, 60),
    window_days=st.none() | st.integers(1, 60),
    protection_days=days,
    new_customers_only=st.booleans(),
    self_purchase=st.sampled_from(["pay", "skip", "sponsor"]),
    binding_moment=st.sampled_from(["none", "first_visit", "sign_up", "first_order"]),
)
referrals = st.builds(
    Referral,
    placed_at=st.just(NOW),
    customer_key=st.sampled_from([None, SHOPPER]),
    voucher_code=st.sampled_from([None, "V10"]),
    referral_code=st.sampled_from([None, "ALICE"]),
    click_id=st.sampled_from([None, "c1"]),
    has_earlier_order=st.booleans(),
    occasion=st.sampled_from(["order", "sign_up", "visit"]),
)
known = st.dictionaries(st.sampled_from(WAYS), candidate)
cases = given(referrals, known, policies)


def naive(
    referral: Referral, candidates: dict[str, Candidate], policy: AttributionPolicy
) -> tuple[UUID | None, str]:
    """The rule book read aloud: every way with its place, the foremost that says anything decides."""
    bound = candidates.get("binding")
    shielded = (
        bound is not None and bound.since is not None and (NOW - bound.since).days < policy.protection_days
    )
    place = {
        "voucher": 0 if policy.voucher_first else 40,
        "binding": 10 if policy.binding_first or shielded else 50,
        "referral_code": 20,
        "click": 30,
    }
    for way in sorted(WAYS, key=place.__getitem__):
        said = way == "binding" or getattr(referral, TOKENS[way]) is not None
        who = candidates.get(way)
        if not said or (who is None and way != "referral_code"):
            continue
        if who is None:
            return None, "unknown_code"
        if way == "binding" and not who.active:
            continue
        if not who.active:
            return None, "inactive_distributor"
        followed = way in ("referral_code", "click") and who.since is not None
        if followed and policy.window_days is not None and (NOW - who.since).days > policy.window_days:
            return None, "outside_window"
        if way != "binding" and policy.new_customers_only and referral.has_earlier_order:
            return None, "not_a_new_customer"
        if who.email_hash is not None and who.email_hash == referral.customer_key:
            if policy.self_purchase == "skip":
                return None, "self_purchase"
            if policy.self_purchase == "sponsor":
                return who.sponsor_id, "self_purchase_sponsor"
        return who.distributor_id, way
    return None, "no_referral"


@cases
def test_it_is_what_the_rule_book_says(
    referral: Referral, candidates: dict[str, Candidate], policy: AttributionPolicy
) -> None:
    decision = decide(referral, candidates, policy)
    assert (decision.distributor_id, decision.reason) == naive(referral, candidates, policy)
    assert decision.detail


@cases
def test_only_somebody_active_who_was_named_is_chosen(
    referral: Referral, candidates: dict[str, Candidate], policy: AttributionPolicy
) -> None:
    decision = decide(referral, candidates, policy)
    if decision.distributor_id is None or decision.reason == "self_purchase_sponsor":
        return
    chosen = candidates[decision.reason]
    assert chosen.active
    assert chosen.distributor_id == decision.distributor_id


@given(referrals, known, candidate, policies, days)
def test_a_protected_shopper_is_taken_over_by_no_link(
    referral: Referral,
    candidates: dict[str, Candidate],
    bound: Candidate,
    policy: AttributionPolicy,
    since: int,
) -> None:
    bound = replace(bound, active=True, since=NOW - timedelta(days=since))
    policy = replace(policy, protection_days=policy.protection_days + since + 1)
    decision = decide(replace(referral, voucher_code=None), {**candidates, "binding": bound}, policy)
    assert decision.reason in ("binding", "self_purchase", "self_purchase_sponsor")
    assert decision.binds_from is None


@cases
def test_a_longer_window_never_takes_an_order_from_whose_it_was(
    referral: Referral, candidates: dict[str, Candidate], policy: AttributionPolicy
) -> None:
    before = decide(referral, candidates, policy)
    wider = None if policy.window_days is None else policy.window_days + 10
    after = decide(referral, candidates, replace(policy, window_days=wider))
    if before.distributor_id is not None:
        assert (after.distributor_id, after.reason) == (before.distributor_id, before.reason)


@cases
def test_who_is_not_said_or_known_changes_nothing(
    referral: Referral, candidates: dict[str, Candidate], policy: AttributionPolicy
) -> None:
    said = {
        way: who
        for way, who in candidates.items()
        if way == "binding" or getattr(referral, TOKENS[way]) is not None
    }
    assert decide(referral, candidates, policy) == decide(referral, said, policy)


@cases
def test_a_binding_begins_between_the_visit_and_the_occasion_and_has_not_ended(
    referral: Referral, candidates: dict[str, Candidate], policy: AttributionPolicy
) -> None:
    decision = decide(referral, candidates, policy)
    begins = decision.binds_from
    if begins is None:
        return
    assert decision.distributor_id is not None
    assert referral.customer_key is not None
    assert decision.reason != "binding"
    assert policy.binds_at(referral.occasion)
    assert begins <= NOW
    visited_at = candidates[decision.reason].since
    assert begins == NOW or (visited_at is not None and begins >= visited_at)
    ends_at = policy.binding_ends(begins)
    assert ends_at is None or ends_at > NOW
    bound = candidates.get("binding")
    assert bound is None or bound.distributor_id != decision.distributor_id
