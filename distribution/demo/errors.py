"""Why the demo cannot start or go on."""

from __future__ import annotations

from pathlib import Path

from distribution.errors import DomainError


class PortTaken(DomainError):
    """Something else listens where the demo would."""

    code = "port_taken"

    def __init__(self, port: int, what: str) -> None:
        super().__init__(
            f"port {port}, where the {what} would answer, is taken; choose another: make demo PORT={port + 3000}",
            port=port,
        )


class PortBlocked(DomainError):
    """A port that no browser opens."""

    code = "port_blocked"

    def __init__(self, port: int) -> None:
        super().__init__(f"browsers refuse port {port}; choose another: make demo PORT=8000", port=port)


class AlreadyRunning(DomainError):
    """Another demo uses the same data."""

    code = "already_running"

    def __init__(self, directory: Path) -> None:
        super().__init__(f"a demo is running already on the data in {directory}", directory=str(directory))


class NotTheDemos(DomainError):
    """The database named by the environment holds something else."""

    code = "not_the_demos"

    def __init__(self) -> None:
        super().__init__(
            "the database of DISTRIBUTION_DATABASE_URL holds data that is not the demo's; name an empty one"
        )


class PartStopped(DomainError):
    """A process of the demo ended by itself."""

    code = "part_stopped"

    def __init__(self, name: str, log: Path, last_line: str) -> None:
        super().__init__(f"the {name} stopped: {last_line} (all of it in {log})", name=name, log=str(log))
