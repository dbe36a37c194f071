"""What can go wrong in the network."""

from __future__ import annotations

from uuid import UUID

from distribution.errors import Conflict, Forbidden, InvalidInput, NotFound


class DistributorNotFound(NotFound):
    """No distributor has this id."""

    def __init__(self, distributor_id: object) -> None:
        super().__init__(f"there is no distributor {distributor_id}", distributor_id=distributor_id)


class EmailTaken(Conflict):
    """Another distributor has this e-mail address, in whatever case."""

    code = "email_taken"

    def __init__(self, email: str) -> None:
        super().__init__("another distributor has this e-mail address", field="email", email=email)


class SponsorCircle(Conflict):
    """The new sponsor is the distributor themselves or one of their downline."""

    code = "sponsor_circle"

    def __init__(self, distributor_id: UUID, sponsor_id: UUID) -> None:
        super().__init__(
            "the new sponsor is in the distributor's own downline",
            field="sponsor_id",
            distributor_id=distributor_id,
            sponsor_id=sponsor_id,
        )


class SponsorInactive(InvalidInput):
    """The sponsor takes no recruits: they are not active."""

    code = "sponsor_inactive"

    def __init__(self, sponsor_id: UUID, status: str) -> None:
        super().__init__(f"the sponsor is {status}", field="sponsor_id", sponsor_id=sponsor_id, status=status)


class SponsorRequired(InvalidInput):
    """The program is by invitation: a sponsor must be named."""

    code = "sponsor_required"

    def __init__(self) -> None:
        super().__init__("joining this program needs an invitation", field="sponsor_code")


class TreeTooDeep(InvalidInput):
    """The place in the tree is deeper below the merchant than the program allows."""

    code = "tree_too_deep"

    def __init__(self, limit: int, depth: int) -> None:
        super().__init__(
            f"this place is {depth} deep, the program allows {limit}",
            field="sponsor_id",
            limit=limit,
            depth=depth,
        )


class StandingRefused(Conflict):
    """The act is not possible from the distributor's present status."""

    code = "standing_refused"

    def __init__(self, act: str, status: str, allowed: tuple[str, ...]) -> None:
        super().__init__(
            f"cannot {act} a distributor who is {status}",
            field="status",
            act=act,
            status=status,
            allowed=allowed,
        )


class AccountClosed(Forbidden):
    """The password is right, but the account is over."""

    code = "account_closed"

    def __init__(self, status: str) -> None:
        super().__init__(f"this account is {status}", status=status)
