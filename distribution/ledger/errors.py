"""What the ledger refuses."""

from __future__ import annotations

from distribution.errors import Conflict


class InsufficientBalance(Conflict):
    """More was asked for than the account holds; nothing was moved."""

    code = "insufficient_balance"

    def __init__(self, *, requested_minor: int, available_minor: int, currency: str) -> None:
        super().__init__(
            "the balance does not hold that much",
            field="amount",
            requested=requested_minor,
            available=available_minor,
            currency=currency,
        )


class DocumentAlreadyPosted(Conflict):
    """The same document has already moved another amount, or money between other accounts."""

    code = "document_already_posted"
