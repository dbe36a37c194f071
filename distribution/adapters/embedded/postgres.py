"""A PostgreSQL of our own in a folder, reached by a UNIX socket."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import psycopg
from psycopg import sql

from distribution.adapters.embedded.account import Account, server_account
from distribution.adapters.embedded.errors import EmbeddedServerFailed
from distribution.adapters.embedded.process import ServerProcess, run
from distribution.adapters.embedded.wheel import postgres_programs

_SERVER = "PostgreSQL"
_SUPERUSER = "postgres"
_LONGEST_SOCKET_DIRECTORY = 85
_ROOT_DATA = Path("/var/lib/saleor-distribution")
_ELSEWHERE = "elsewhere"
_SETTINGS = {
    "listen_addresses": "",
    "max_connections": "300",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
}
_NOT_DURABLE = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum_naptime": "1h",
}


class PostgresServer:
    """A running PostgreSQL, of which we are superuser."""

    def __init__(self, process: ServerProcess, *, socket_directory: Path, programs: Path) -> None:
        self.process = process
        self.socket_directory = socket_directory
        self.programs = programs

    def url(self, database: str = "postgres") -> str:
        """The address of `database` on this server."""
        return f"postgresql://{_SUPERUSER}@/{database}?host={quote(str(self.socket_directory), safe='/')}"

    def ensure_database(self, name: str) -> str:
        """Make the database unless it is there, and return its address."""
        with psycopg.connect(self.url(), autocommit=True) as connection:
            known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone()
            if known is None:
                connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        return self.url(name)


@contextmanager
def running_postgres(
    directory: Path, *, durable: bool = True, settings: Mapping[str, str] | None = None
) -> Iterator[PostgresServer]:
    """A PostgreSQL whose data lies in `directory`, made on first use, running until the block ends.

    `durable=False` gives up surviving a power cut for speed; `settings` are added to the server's configuration.
    Raises EmbeddedServerFailed, also when another server already uses the folder.
    """
    account = server_account()
    programs = postgres_programs(account)
    home = _home(directory.absolute(), account)
    data = home / "data"
    if not (data / "PG_VERSION").exists():
        _initialise(programs, data, account)
    with _socket_directory(home, account) as socket_directory:
        options = {**_SETTINGS, **({} if durable else _NOT_DURABLE), **(settings or {})}
        options["unix_socket_directories"] = str(socket_directory)
        command = [str(programs / "postgres"), "-D", str(data)]
        for name, value in options.items():
            command += ["-c", f"{name}={value}"]
        process = ServerProcess(_SERVER, command, account=account, log=home / "log")
        try:
            process.wait_until(lambda: _ready(data, process.process_id))
            yield PostgresServer(process, socket_directory=socket_directory, programs=programs)
        finally:
            process.stop()


def erase_postgres(directory: Path) -> None:
    """Delete all data of the stopped server of `directory`."""
    for home in (directory / _ELSEWHERE, directory):
        if home.exists():
            shutil.rmtree(home.resolve())


def _home(directory: Path, account: Account) -> Path:
    """`directory`, or for root a folder under /var/lib when the server's account cannot get there."""
    account.own(directory)
    if account.reaches(directory):
        return directory
    elsewhere = directory / _ELSEWHERE
    if not elsewhere.exists():
        _ROOT_DATA.mkdir(parents=True, exist_ok=True)
        _ROOT_DATA.chmod(0o755)
        elsewhere.unlink(missing_ok=True)
        elsewhere.symlink_to(tempfile.mkdtemp(dir=_ROOT_DATA), target_is_directory=True)
    home = elsewhere.resolve()
    account.own(home)
    if not account.reaches(home):
        raise EmbeddedServerFailed(_SERVER, f"neither {directory} nor {home} can be entered by its user")
    return home


def _initialise(programs: Path, data: Path, account: Account) -> None:
    # The built-in locale sorts alike on every machine.
    locale = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
    command = [str(programs / "initdb"), "-D", str(data), "-U", _SUPERUSER, "--auth=trust", "--encoding=UTF8"]
    run(_SERVER, [*command, *locale, "--no-instructions", "--no-sync"], account)


@contextmanager
def _socket_directory(home: Path, account: Account) -> Iterator[Path]:
    """A folder only the server's account may enter; short, for a socket's path has 107 characters at most."""
    if len(os.fsencode(home)) <= _LONGEST_SOCKET_DIRECTORY:
        yield home
        return
    with tempfile.TemporaryDirectory(prefix="distribution-") as name:
        account.own(Path(name))
        yield Path(name)


def _ready(data: Path, process_id: int) -> bool:
    try:
        lines = (data / "postmaster.pid").read_text().splitlines()
    except FileNotFoundError:
        return False
    return len(lines) > 7 and lines[0] == str(process_id) and lines[7].strip() == "ready"
