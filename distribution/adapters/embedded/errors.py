"""What can go wrong with a server of ours."""

from __future__ import annotations

from distribution.errors import DomainError


class EmbeddedServerFailed(DomainError):
    """An embedded server could not be prepared, started or stopped; `server` names it, `reason` says why."""

    code = "embedded_server_failed"

    def __init__(self, server: str, reason: str) -> None:
        super().__init__(f"The embedded {server} failed: {reason}", server=server, reason=reason)
