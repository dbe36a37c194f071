"""The states of a withdrawal, and which may follow which."""

from __future__ import annotations

REQUESTED = "requested"
APPROVED_ONCE = "approved_once"
APPROVED = "approved"
SENDING = "sending"
SENT = "sent"
UNKNOWN = "unknown"
PAID = "paid"
REJECTED = "rejected"
CANCELLED = "cancelled"
FAILED = "failed"

FOLLOWING: dict[str, frozenset[str]] = {
    REQUESTED: frozenset({APPROVED, APPROVED_ONCE, REJECTED, CANCELLED}),
    # One of the two people that a large amount takes.
    APPROVED_ONCE: frozenset({APPROVED, REJECTED, CANCELLED}),
    # Paid without being sent: somebody paid by hand.
    APPROVED: frozenset({SENDING, PAID, REJECTED}),
    # Approved again: the provider did not take the order and may be given it another time.
    SENDING: frozenset({APPROVED, SENT, UNKNOWN, PAID, FAILED}),
    SENT: frozenset({UNKNOWN, PAID, FAILED}),
    UNKNOWN: frozenset({APPROVED, SENT, PAID, FAILED}),
    PAID: frozenset(),
    REJECTED: frozenset(),
    CANCELLED: frozenset(),
    FAILED: frozenset(),
}
"""What may come after each state."""

ENDED = frozenset(state for state, following in FOLLOWING.items() if not following)
"""States nothing follows."""

UNDECIDED = frozenset({REQUESTED, APPROVED_ONCE})
"""States in which the merchant has still to decide, and the distributor may take the request back."""

WITH_PROVIDER = frozenset({SENDING, SENT, UNKNOWN})
"""States in which the provider may have the order to pay: it is asked, and never given it again."""

RETURNED = frozenset({REJECTED, CANCELLED, FAILED})
"""Ends that give the money back."""


def may_follow(state: str, to: str) -> bool:
    """Whether a withdrawal in `state` may go to `to`."""
    return to in FOLLOWING[state]
