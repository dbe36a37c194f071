"""Why something that says it comes from the shop is turned away."""

from __future__ import annotations

from distribution.errors import Forbidden

REASONS = (
    "not_configured",
    "other_domain",
    "too_large",
    "unsigned",
    "unknown_key",
    "keys_unavailable",
    "bad_signature",
    "malformed",
    "unknown_webhook",
    "not_installed",
    "other_app",
    "stale",
    "ahead",
    "replay",
    "not_deleted",
    "token_refused",
    "missing_permission",
    "too_many",
    "bad_token",
    "not_permitted",
    "inactive",
    "switched_off",
    "unreachable",
)
LATER = frozenset({"keys_unavailable", "unreachable", "too_many"})
"""With these the same may be true in a moment: Saleor should try again."""


class Refused(Forbidden):
    """What was sent has no effect; `reason` is one of the names above, the message is for the shop's staff."""

    code = "refused"

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message, reason=reason)
