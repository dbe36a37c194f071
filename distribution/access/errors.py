"""What access refuses."""

from __future__ import annotations

from datetime import datetime

from distribution.errors import Conflict, Forbidden


class AlreadyEnabled(Conflict):
    """The person has a second factor; it is switched off before another one is set up."""

    code = "second_factor_enabled"

    def __init__(self) -> None:
        super().__init__("the second factor is enabled already")


class NotEnabled(Conflict):
    """The person has no second factor, or has not begun to set one up."""

    code = "second_factor_missing"

    def __init__(self) -> None:
        super().__init__("there is no second factor")


class TooManyCodes(Forbidden):
    """Too many wrong codes in a row: none is looked at before `until`."""

    code = "too_many_codes"

    def __init__(self, until: datetime) -> None:
        super().__init__(
            f"too many wrong codes; the next is looked at after {until.isoformat()}", until=until
        )
