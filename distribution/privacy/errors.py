"""What can go wrong with secrets."""

from __future__ import annotations

from distribution.errors import DomainError, Forbidden


class WrongCredentials(Forbidden):
    """No account with this e-mail address and password; which of both is wrong is not said."""

    code = "wrong_credentials"

    def __init__(self) -> None:
        super().__init__("e-mail address or password is wrong")


class Undecipherable(DomainError):
    """None of the encryption keys opens the value: it was sealed under a key that is gone, or altered."""

    code = "undecipherable"

    def __init__(self) -> None:
        super().__init__("none of the encryption keys opens this value")
