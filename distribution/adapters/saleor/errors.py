"""What can go wrong between Saleor and us."""

from __future__ import annotations

from distribution.errors import DomainError


class SaleorUnreachable(DomainError):
    """No answer, or none that makes sense, after every retry; trying later may help."""

    code = "saleor_unreachable"


class SaleorRefused(DomainError):
    """Saleor refuses the token, or the token lacks a permission; a person must act."""

    code = "saleor_refused"


class SaleorAnswerTooLarge(DomainError):
    """The answer is larger than we are willing to hold; ask for less at a time."""

    code = "saleor_answer_too_large"
