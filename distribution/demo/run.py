"""Starts everything, fills it the first time, and keeps it going until it is interrupted."""

from __future__ import annotations

import fcntl
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from datetime import UTC, datetime
from types import FrameType

from sqlalchemy import Engine, text

from distribution.adapters.embedded import running_postgres, running_redis
from distribution.db import create_engine, transaction
from distribution.db.migrate import upgrade
from distribution.demo.errors import AlreadyRunning, NotTheDemos, PortBlocked, PortTaken
from distribution.demo.home import Addresses, Home
from distribution.demo.load import load, today
from distribution.demo.parts import Part, look_after, ours, stop, wait_until_answering
from distribution.demo.shop import serve
from distribution.demo.shop.signals import announce_changes
from distribution.demo.shop.store import Store
from distribution.demo.showing import ask_for_posters
from distribution.privacy.encryption import Cipher
from distribution.settings.environment import Variable

_DATABASE = "distribution_demo"
_STORY_SECONDS = 3.0
# What browsers refuse to open beyond the system's own ports: https://fetch.spec.whatwg.org/#port-blocking
_BLOCKED = {
    *(1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061, 6000, 6566),
    *(6665, 6666, 6667, 6668, 6669, 6679, 6697, 10080),
}
Say = Callable[[str], None]
Progress = Callable[[float], None]


def run(
    home: Home,
    addresses: Addresses,
    *,
    fresh: bool,
    say: Say,
    progress: Callable[[], AbstractContextManager[Progress]],
    ready: Callable[[], None],
) -> None:
    """Run the demo until it is interrupted; `ready` is called once portal and shop answer."""
    _check_ports(addresses)
    _treat_termination_as_interrupt()
    with ExitStack() as stack:
        stack.enter_context(_alone(home))
        if fresh or not home.loaded:
            home.erase()
        home.prepare()
        say("Starting PostgreSQL and Valkey")
        environment = home.environment(addresses, **_servers(home, stack))
        database_url = environment[Variable.DATABASE_URL]
        upgrade(database_url)
        engine = create_engine(database_url)
        stack.callback(engine.dispose)
        store = Store(home.shop)
        if not home.loaded:
            _check_empty(engine)
            with progress() as advance:
                load(engine, store, now=today(), cipher=Cipher([home.keys()[1]]), progress=advance)
            with transaction(engine) as session:
                ask_for_posters(session, addresses.portal, now=today())
            home.mark_loaded()
        parts = _parts(home, addresses, environment)
        stack.callback(stop, parts)
        stack.callback(say, "\nStopping")
        wait_until_answering(
            parts,
            [
                f"http://127.0.0.1:{addresses.portal_port}/readyz",
                f"http://127.0.0.1:{addresses.shop_port}/healthz",
            ],
        )
        if home.has_moved(addresses):
            # Pictures have the shop's address, and the nightly reading is hours away.
            read = subprocess.run(ours("catalogue"), env=environment, stdout=subprocess.DEVNULL, check=False)
            if read.returncode == 0:
                home.mark_moved(addresses)
        ready()
        redis_url = environment[Variable.REDIS_URL]
        look_after(
            parts,
            lambda: announce_changes(store, engine, redis_url, now=datetime.now(UTC)),
            seconds=_STORY_SECONDS,
        )


def _servers(home: Home, stack: ExitStack) -> dict[str, str]:
    """Servers of our own, unless the environment names others."""
    database_url, redis_url = os.environ.get(Variable.DATABASE_URL), os.environ.get(Variable.REDIS_URL)
    if not database_url:
        postgres = stack.enter_context(running_postgres(home.postgres))
        database_url = postgres.ensure_database(_DATABASE)
    if not redis_url:
        redis_url = stack.enter_context(running_redis(home.redis)).url
    return {"database_url": database_url, "redis_url": redis_url}


def _parts(home: Home, addresses: Addresses, environment: dict[str, str]) -> list[Part]:
    bind = ["--host", addresses.host, "--port"]
    commands = {
        "portal": ours("serve", *bind, str(addresses.portal_port), "--workers", "2"),
        "worker": ours("worker", "--count", "1"),
        "scheduler": ours("scheduler"),
        "shop": [
            *(sys.executable, "-m", "gunicorn", "--no-control-socket", "--log-level", "warning"),
            *("--threads", "8", "--bind", f"{addresses.host}:{addresses.shop_port}"),
            f"{serve.__name__}:application()",
        ],
    }
    environment = {**environment, serve.STORE_VARIABLE: str(home.shop)}
    return [
        Part(name, command, environment=environment, log=home.logs / f"{name}.log")
        for name, command in commands.items()
    ]


def _check_ports(addresses: Addresses) -> None:
    for port, what in ((addresses.portal_port, "portal"), (addresses.shop_port, "shop")):
        if port in _BLOCKED:
            raise PortBlocked(port)
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((addresses.host, port))
            except OSError:
                raise PortTaken(port, what) from None


def _check_empty(engine: Engine) -> None:
    with transaction(engine) as session:
        if session.execute(text("SELECT EXISTS (SELECT FROM distribution.distributors)")).scalar_one():
            raise NotTheDemos


@contextmanager
def _alone(home: Home) -> Iterator[None]:
    """Nobody else runs a demo on the same folder."""
    home.directory.parent.mkdir(parents=True, exist_ok=True)
    with (home.directory.parent / f"{home.directory.name}.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise AlreadyRunning(home.directory) from None
        yield


def _treat_termination_as_interrupt() -> None:
    def interrupt(_number: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    # Also where a shell that starts us in the background has told us to ignore it.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, interrupt)
