"""Why somebody who is vouched for does not come in."""

from __future__ import annotations

from uuid import UUID

from distribution.errors import Conflict, Forbidden


class ConfirmationNeeded(Conflict):
    """An account has this e-mail address and was never linked: its holder says that both are theirs first."""

    code = "confirmation_needed"

    def __init__(self, kind: str, person_id: UUID) -> None:
        super().__init__("the holder of the account has to confirm", kind=kind, person_id=person_id)


class NobodyHere(Forbidden):
    """Nobody here is linked to this login, and it gives no right to become somebody."""

    code = "nobody_here"

    def __init__(self) -> None:
        super().__init__("no account is connected to this login")


class NotConfirmed(Forbidden):
    """An account has this e-mail address, and the other login does not say that its bearer reads mail sent there."""

    code = "email_not_confirmed"

    def __init__(self) -> None:
        super().__init__("the other login has not confirmed its e-mail address")
