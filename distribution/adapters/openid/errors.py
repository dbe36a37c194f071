"""Why a provider's answer is not believed."""

from __future__ import annotations

from distribution.errors import Forbidden


class ProviderUnreachable(Forbidden):
    """The provider does not answer, or its documents make no sense; trying later may help."""

    code = "provider_unreachable"


class ProviderRefused(Forbidden):
    """The provider, or the person at it, said no."""

    code = "provider_refused"


class NotBelieved(Forbidden):
    """What came back is not a proof for us: `reason` says which check it failed."""

    code = "not_believed"

    def __init__(self, reason: str) -> None:
        super().__init__(f"the answer of the provider is not believed: {reason}", reason=reason)
