"""Whose order or customer it is: one pure function of what is said, what is known of it, and the policy."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from distribution.attribution.policy import AttributionPolicy, Occasion

VOUCHER, REFERRAL_CODE, CLICK, BINDING = "voucher", "referral_code", "click", "binding"
LONGEST_CODE = 255


@dataclass(frozen=True, slots=True)
class Referral:
    """What an order, or a shopper who visits or signs up, says of how it came about, and when that was."""

    placed_at: datetime
    customer_key: bytes | None = None
    voucher_code: str | None = None
    referral_code: str | None = None
    click_id: str | None = None
    has_earlier_order: bool = False
    occasion: Occasion = "order"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A distributor that a voucher, code, click or binding leads to, as of when the order was placed.

    `since` is when the click was made or the binding began.
    """

    distributor_id: UUID
    active: bool
    email_hash: bytes | None = None
    sponsor_id: UUID | None = None
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """The distributor an order belongs to, or none; why; and from when on it binds the shopper, if it does."""

    distributor_id: UUID | None
    reason: str
    detail: str
    binds_from: datetime | None = None


def decide(referral: Referral, candidates: Mapping[str, Candidate], policy: AttributionPolicy) -> Decision:
    """Pick the seller of an order from the first way that leads to somebody, in the policy's order.

    `candidates` holds, for each way that leads to a known distributor, who that is. A referral code that is given
    but names nobody active ends the search: what the shopper was shown decides, not what an older binding says. A
    voucher that is nobody's is an ordinary voucher of the shop.
    """
    bound = candidates.get(BINDING)
    for way in _ways(policy, protected=bound is not None and _protected(referral, bound, policy)):
        token = _token(referral, way)
        candidate = candidates.get(way)
        if token is None and way != BINDING:
            continue
        if candidate is None:
            if way == REFERRAL_CODE and token is not None:
                return _unknown(token)
            continue
        refused = _refused(referral, candidate, way, policy)
        if refused is not None:
            if way == BINDING:
                continue
            return refused
        return _award(referral, candidate, bound, way, policy)
    return Decision(None, "no_referral", "no voucher, referral code, click or binding leads to a distributor")


def _ways(policy: AttributionPolicy, *, protected: bool) -> Iterator[str]:
    links = [REFERRAL_CODE, CLICK]
    binding_first = policy.binding_first or protected
    if binding_first:
        links = [BINDING, *links]
    yield from [VOUCHER, *links] if policy.voucher_first else [*links, VOUCHER]
    if not binding_first:
        yield BINDING


def _protected(referral: Referral, bound: Candidate, policy: AttributionPolicy) -> bool:
    """Whether the shopper was bound so recently that nobody else's link takes them away."""
    return bound.since is not None and referral.placed_at < bound.since + timedelta(
        days=policy.protection_days
    )


def _token(referral: Referral, way: str) -> str | None:
    return {
        VOUCHER: referral.voucher_code,
        REFERRAL_CODE: referral.referral_code,
        CLICK: referral.click_id,
    }.get(way)


def _unknown(token: str) -> Decision:
    if len(token) > LONGEST_CODE or not token.isprintable() or " " in token:
        return Decision(None, "malformed_code", f"the referral code is no code: {token[:40]!r}")
    return Decision(None, "unknown_code", f"no distributor has the referral code {token!r}")


def _refused(
    referral: Referral, candidate: Candidate, way: str, policy: AttributionPolicy
) -> Decision | None:
    if not candidate.active:
        return Decision(None, "inactive_distributor", f"the distributor of this {_NAMES[way]} is not active")
    clicked_at = candidate.since
    window = (
        None
        if policy.window_days is None or way not in (REFERRAL_CODE, CLICK)
        else timedelta(policy.window_days)
    )
    if window is not None and clicked_at is not None and referral.placed_at - clicked_at > window:
        return Decision(None, "outside_window", f"the click is older than {policy.window_days} days")
    if policy.new_customers_only and referral.has_earlier_order and way != BINDING:
        return Decision(None, "not_a_new_customer", "the program pays for new customers only")
    return None


def _award(
    referral: Referral, candidate: Candidate, bound: Candidate | None, way: str, policy: AttributionPolicy
) -> Decision:
    how = f"by {_NAMES[way]}" + (f" {_token(referral, way)}" if way in (VOUCHER, REFERRAL_CODE) else "")
    own = candidate.email_hash is not None and candidate.email_hash == referral.customer_key
    if own and policy.self_purchase == "skip":
        return Decision(None, "self_purchase", f"bought by the distributor, {how}")
    if own and policy.self_purchase == "sponsor":
        return Decision(
            candidate.sponsor_id,
            "self_purchase_sponsor",
            f"bought by the distributor, {how}: paid to the sponsor",
        )
    return Decision(
        candidate.distributor_id, way, how, _binds_from(referral, candidate, bound, way, policy, own)
    )


def _binds_from(
    referral: Referral,
    candidate: Candidate,
    bound: Candidate | None,
    way: str,
    policy: AttributionPolicy,
    own: bool,
) -> datetime | None:
    """When the shopper became the distributor's; None where nothing changes hands."""
    is_theirs = bound is not None and bound.distributor_id == candidate.distributor_id
    if (
        own
        or is_theirs
        or way == BINDING
        or referral.customer_key is None
        or not policy.binds_at(referral.occasion)
    ):
        return None
    visited_at = candidate.since if policy.binding_moment == "first_visit" else None
    if visited_at is None or visited_at > referral.placed_at:
        return referral.placed_at
    # A click from before the shopper was somebody else's does not take them from that person.
    begins = visited_at if bound is None or bound.since is None else max(visited_at, bound.since)
    ends_at = policy.binding_ends(begins)
    return begins if ends_at is None or ends_at > referral.placed_at else None


_NAMES = {
    VOUCHER: "voucher",
    REFERRAL_CODE: "referral code",
    CLICK: "click",
    BINDING: "binding of the shopper",
}
