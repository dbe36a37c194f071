"""`distribution demo`."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click

from distribution.demo.brand import EMMA, OWNER, PASSWORD, SHOP, XIAOYUN
from distribution.demo.home import Addresses, Home
from distribution.demo.run import run

_STEPS = 1_000


@click.command("demo")
@click.option(
    "--port",
    default=5000,
    show_default=True,
    type=click.IntRange(1, 65_534),
    help="Port of the portal; the demo's shop takes the next one.",
)
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--fresh", is_flag=True, help="Erase the demo's data first.")
def command(port: int, host: str, fresh: bool) -> None:
    """The whole program with a demo shop, on this machine alone; nothing to install, nothing to set."""
    home, addresses = Home.of(os.environ), Addresses(host, port)
    try:
        run(
            home,
            addresses,
            fresh=fresh,
            say=click.echo,
            progress=_progress,
            ready=lambda: click.echo(_welcome(home, addresses)),
        )
    except KeyboardInterrupt:
        kept = (
            "The data stays; the next start takes seconds." if home.loaded else "The year was not over yet."
        )
        click.echo(f"Stopped. {kept}")


@contextmanager
def _progress() -> Iterator[Callable[[float], None]]:
    with click.progressbar(length=_STEPS, label="Living through a year of the demo shop") as bar:
        yield lambda share: bar.update(round(share * _STEPS) - bar.pos)


def _welcome(home: Home, addresses: Addresses) -> str:
    def line(name: str, value: str) -> str:
        return f"  {click.style(name.ljust(12), dim=True)}{value}"

    return "\n".join(
        (
            "",
            click.style(f"{SHOP}: a demo shop and a year of its partner program", bold=True),
            "",
            line("Portal", addresses.portal),
            line("Console", f"{addresses.portal}/console"),
            line("Storefront", addresses.shop),
            "",
            f"  Demo logins, all with the password {click.style(PASSWORD, bold=True)}",
            line("Merchant", OWNER.email),
            line("Distributor", f"{EMMA.email}  (English)"),
            line("Distributor", f"{XIAOYUN.email}  (中文, three levels, the biggest team)"),
            "",
            f"  Try it: follow {addresses.portal}/r/EMMA, buy something, and see it among Emma's orders.",
            f"  Data: {home.directory} (--fresh begins anew). Ctrl-C stops everything.",
            "",
        )
    )
