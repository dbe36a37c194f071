"""Under which system account PostgreSQL runs: it refuses to run as root."""

from __future__ import annotations

import os
import pwd
import subprocess
from dataclasses import dataclass
from pathlib import Path

_UNPRIVILEGED = ("postgres", "nobody")


@dataclass(frozen=True)
class Account:
    """A system user to hand a process to."""

    user_id: int
    group_id: int

    def own(self, directory: Path) -> None:
        """Make `directory` if it is missing, readable by this account and root alone."""
        directory.mkdir(parents=True, exist_ok=True)
        os.chown(directory, self.user_id, self.group_id)
        directory.chmod(0o700)

    def reaches(self, directory: Path) -> bool:
        """Whether the account can enter `directory`, which depends on every folder above it too."""
        return self._can("cd", directory)

    def executes(self, program: Path) -> bool:
        """Whether the account can run `program`."""
        return self._can("test -x", program)

    def _can(self, verb: str, path: Path) -> bool:
        user, group, extra_groups = self.switch
        answer = subprocess.run(
            ["/bin/sh", "-c", f'{verb} "$1"', "sh", str(path)],
            user=user,
            group=group,
            extra_groups=extra_groups,
            cwd="/",
            capture_output=True,
            check=False,
        )
        return answer.returncode == 0

    @property
    def switch(self) -> tuple[int, int, list[int]] | tuple[None, None, None]:
        """User, group and further groups a new process must change to; nothing when it runs as this account."""
        if os.geteuid() == self.user_id:
            return None, None, None
        return self.user_id, self.group_id, []


def server_account() -> Account:
    """The current user; for root an unprivileged account that every Linux has, so that none is created."""
    if os.geteuid() != 0:
        return Account(os.geteuid(), os.getegid())
    for name in _UNPRIVILEGED:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(entry.pw_uid, entry.pw_gid)
    return Account(65534, 65534)
