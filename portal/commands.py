"""`distribution serve` and `distribution openapi`."""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path
from typing import Any

import click
from gunicorn.app.base import BaseApplication

from distribution.adapters.payout import payout_adapters
from distribution.settings.environment import Settings, Variable

NEEDS = (
    Variable.DATABASE_URL,
    Variable.REDIS_URL,
    Variable.SECRET_KEY,
    Variable.ENCRYPTION_KEYS,
    Variable.PORTAL_URL,
    Variable.STOREFRONT_URL,
)


class Server(BaseApplication):
    """Gunicorn, told what to do here instead of in a file."""

    def __init__(self, settings: Settings, trusted_proxies: int, **options: Any) -> None:
        self._settings = settings
        self._trusted_proxies = trusted_proxies
        self._options = options
        super().__init__()

    def load_config(self) -> None:
        """Hand our options over."""
        for name, value in self._options.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        """The application, made in each worker."""
        from portal.server import application

        return application(
            self._settings, threads=self._options["threads"], trusted_proxies=self._trusted_proxies
        )


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=5000, show_default=True, help="Port to listen on.")
@click.option("--workers", default=2, show_default=True, help="Processes.")
@click.option("--threads", default=8, show_default=True, help="Threads of each process.")
@click.option(
    "--trusted-proxies",
    default=0,
    show_default=True,
    help="How many proxies in front may say who the client is.",
)
def serve(host: str, port: int, workers: int, threads: int, trusted_proxies: int) -> None:
    """The portal, the console and the API over HTTP."""
    settings = Settings.load(needs=NEEDS)
    # A payout method that is half configured is named now, not by each worker process.
    payout_adapters()
    with tempfile.TemporaryDirectory(prefix="distribution-metrics-") as folder:
        # Each process counts for itself; /metrics adds them up from here. Read when the client is first imported.
        os.environ.setdefault("PROMETHEUS_MULTIPROC_DIR", folder)
        Server(
            settings,
            trusted_proxies,
            bind=f"{host}:{port}",
            workers=workers,
            threads=threads,
            worker_class="gthread",
            worker_tmp_dir="/dev/shm" if Path("/dev/shm").is_dir() else None,
            max_requests=50_000,
            max_requests_jitter=5_000,
            graceful_timeout=20,
            timeout=60,
            keepalive=15,
            accesslog=None,
            errorlog="-",
            loglevel="warning",
            control_socket_disable=True,
        ).run()


@click.command()
def openapi() -> None:
    """The API's description on standard output."""
    from portal.api import document

    click.echo(json.dumps(document(), indent=2, ensure_ascii=False))
