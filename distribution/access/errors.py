"""What access refuses."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from distribution.errors import Conflict, Forbidden, NotFound


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


class CodeNotValid(Forbidden):
    """No such code, or it was used, or its minutes are over; which of them is not said."""

    code = "code_not_valid"

    def __init__(self) -> None:
        super().__init__("the code is not known, was used or has expired")


class AlreadyLinked(Conflict):
    """A login elsewhere stands for one person, and a person has one login of an issuer."""

    code = "already_linked"

    def __init__(self, issuer: str) -> None:
        super().__init__(f"a login of {issuer} is linked already", issuer=issuer)


class IdentityNotFound(NotFound):
    """The person has no such login elsewhere."""

    def __init__(self, identity_id: UUID) -> None:
        super().__init__(f"there is no identity {identity_id}", identity_id=identity_id)


class ProviderNotFound(NotFound):
    """No such provider is set up, or it was removed."""

    def __init__(self, provider_id: UUID) -> None:
        super().__init__(f"there is no identity provider {provider_id}", provider_id=provider_id)


class ProviderKnown(Conflict):
    """An issuer is set up once."""

    code = "provider_known"

    def __init__(self, issuer: str) -> None:
        super().__init__(f"{issuer} is set up already", field="issuer", issuer=issuer)


class ChallengeUsed(Forbidden):
    """This answer of a passkey was taken before."""

    code = "challenge_used"

    def __init__(self) -> None:
        super().__init__("this challenge was answered before")


class TooManyPasskeys(Conflict):
    """The person has as many passkeys as anybody may have."""

    code = "too_many_passkeys"

    def __init__(self, most: int) -> None:
        super().__init__(f"nobody has more than {most} passkeys", most=most)
