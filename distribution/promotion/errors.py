"""What can go wrong with codes and links."""

from __future__ import annotations

from distribution.errors import Conflict, InvalidInput, NotFound


class CodeTaken(Conflict):
    """The code is in use already, in whatever case, as a link code or as a voucher."""

    code = "code_taken"

    def __init__(self, referral_code: str) -> None:
        super().__init__(f"the code {referral_code} is taken", field="code", referral_code=referral_code)


class CodeNotFound(NotFound):
    """There is no such code."""

    def __init__(self, referral_code: str) -> None:
        super().__init__(
            f"there is no code {referral_code[:80]}", field="code", referral_code=referral_code[:80]
        )


class UnknownSponsorCode(InvalidInput):
    """The code names nobody who takes recruits."""

    code = "unknown_sponsor_code"

    def __init__(self, referral_code: str) -> None:
        super().__init__(
            "this code belongs to no active distributor",
            field="sponsor_code",
            referral_code=referral_code[:80],
        )


class SlugTaken(Conflict):
    """The distributor has a saved link of that name, perhaps among those put away."""

    code = "slug_taken"

    def __init__(self, slug: str) -> None:
        super().__init__(f"there is a link called {slug} already", field="slug", slug=slug)


class TooManyLinks(Conflict):
    """No more links can be saved."""

    code = "too_many_links"

    def __init__(self, most: int) -> None:
        super().__init__(f"at most {most} links", field="path", most=most)


class LinkNotFound(NotFound):
    """The distributor has no saved link of that name."""

    code = "link_not_found"

    def __init__(self, slug: str) -> None:
        super().__init__(f"there is no link called {slug[:80]}", field="slug", slug=slug[:80])


class LinkTooLong(InvalidInput):
    """A link would be longer than phones read from a QR code."""

    code = "link_too_long"

    def __init__(self, length: int, most: int) -> None:
        super().__init__(
            f"the link would have {length} characters, of at most {most}",
            field="to",
            length=length,
            most=most,
        )
