"""`distribution reconcile`."""

from __future__ import annotations

import sys
from datetime import datetime

import click

from distribution.adapters.saleor.client import SaleorClient
from distribution.adapters.saleor.connect import required_token
from distribution.adapters.saleor.reconcile import Reconciled, reconcile
from distribution.cli.database import opened_engine
from distribution.cli.moment import MOMENT
from distribution.commission.accrue import Recorded
from distribution.settings.environment import Settings, Variable

_NEEDS = (Variable.DATABASE_URL, Variable.SALEOR_API_URL)


@click.command("reconcile")
@click.option(
    "--since", type=MOMENT, help="Compare orders changed since then; by default since the last run."
)
@click.option("--all", "everything", is_flag=True, help="Compare every order of the shop.")
def command(since: datetime | None, everything: bool) -> int:
    """Compare Saleor's orders with what is recorded of them, repair it, and print what was repaired."""
    if since is not None and everything:
        raise click.UsageError("--since and --all exclude each other")
    settings = Settings.load(needs=_NEEDS)
    with (
        opened_engine(settings) as engine,
        SaleorClient(settings.saleor_api_url, required_token(settings, engine)) as client,
    ):
        done = reconcile(engine, client, since=since, everything=everything, after_page=_after_page)
    for order_id, why in done.failed.items():
        click.echo(f"distribution: order {order_id}: {why}", err=True)
    scope = "all orders" if everything else f"orders changed since {done.since.isoformat(timespec='seconds')}"
    click.echo(f"Compared {scope}: {done.seen} seen, {done.repaired} repaired, {len(done.failed)} failed.")
    return 1 if done.failed else 0


def _after_page(done: Reconciled, repaired: list[Recorded]) -> None:
    for each in repaired:
        click.echo(
            f"repaired order {each.snapshot.number} ({each.snapshot.order_id}): {each.lines} commission lines"
        )
    if sys.stderr.isatty() and not sys.stdout.isatty():
        click.echo(f"\r{done.seen} orders seen", err=True, nl=False)
