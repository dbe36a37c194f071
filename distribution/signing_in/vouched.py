"""What somebody else's login says of a person, in one shape for every way it was said."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import Any, Self


@dataclass(frozen=True, slots=True)
class Vouched:
    """A person as `issuer` knows them, under a `subject` that never changes hands there.

    `email_confirmed`: the issuer says that the person reads mail sent to `email`.
    """

    issuer: str
    subject: str
    email: str
    email_confirmed: bool
    name: str

    def plain(self) -> dict[str, Any]:
        """As plain JSON."""
        return asdict(self)

    def unconfirmed(self) -> Self:
        """The same, where the issuer's word about addresses is not taken."""
        return replace(self, email_confirmed=False)
