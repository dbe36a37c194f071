"""What an adjustment is refused for."""

from __future__ import annotations

from distribution.errors import Conflict, InvalidInput, NotFound


class AdjustmentNotFound(NotFound):
    """No adjustment has this id."""

    def __init__(self, adjustment_id: object) -> None:
        super().__init__(f"there is no adjustment {adjustment_id}", adjustment_id=adjustment_id)


class NeverAMember(Conflict):
    """Whoever applied and was not accepted has no money here to correct."""

    code = "never_a_member"

    def __init__(self, status: str) -> None:
        super().__init__(
            f"a distributor who is {status} has no balance to adjust", field="distributor_id", status=status
        )


class WrongDirection(InvalidInput):
    """The category gives where the amount takes, or takes where it gives."""

    code = "wrong_direction"

    def __init__(self, category: str, *, gives: bool) -> None:
        super().__init__(
            f"{category} only ever {'gives' if gives else 'takes'}: the amount has the wrong sign",
            field="amount",
            category=category,
            gives=gives,
        )


class SecondPersonNeeded(Conflict):
    """Whoever proposed it cannot approve it: the amount takes another person."""

    code = "second_person_needed"

    def __init__(self, proposed_by: str) -> None:
        super().__init__(
            "another person than the one who proposed this adjustment has to approve it",
            proposed_by=proposed_by,
        )


class AlreadyDecided(Conflict):
    """Somebody has decided it before, and a decision stands."""

    code = "already_decided"

    def __init__(self, decision: str, actor: str) -> None:
        super().__init__(f"the adjustment was {decision} by {actor}", decision=decision, actor=actor)
