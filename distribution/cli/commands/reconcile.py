"""`distribution reconcile`."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial

import click
from sqlalchemy import Engine

from distribution.adapters.saleor.client import SaleorClient
from distribution.adapters.saleor.connect import required_token
from distribution.adapters.saleor.reconcile import Reconciled, reconcile
from distribution.adapters.saleor.scope import EVERYTHING, Scope
from distribution.cli.database import opened_engine
from distribution.cli.moment import MOMENT
from distribution.cli.progress import line, say
from distribution.commission.accrue import Recorded
from distribution.db import transaction
from distribution.proof.placed import prove_placed
from distribution.settings.environment import Settings, Variable

_NEEDS = (Variable.DATABASE_URL, Variable.SALEOR_API_URL)


@click.command("reconcile")
@click.option(
    "--since", type=MOMENT, help="Compare orders changed since then; by default since the last run."
)
@click.option(
    "--placed-since", type=MOMENT, help="Compare and prove the orders placed since then, changed or not."
)
@click.option("--placed-until", type=MOMENT, help="With --placed-since: only those placed before then.")
@click.option("--all", "everything", is_flag=True, help="Compare every order of the shop.")
def command(
    since: datetime | None, placed_since: datetime | None, placed_until: datetime | None, everything: bool
) -> int:
    """Compare Saleor's orders with what is recorded of them, repair it, and print what was repaired.

    Exits with 1 where an order could not be recorded as the shop shows it, or its commission does not follow from it.
    """
    scope = _scope(since, placed_since, placed_until, everything)
    settings = Settings.load(needs=_NEEDS)
    with (
        opened_engine(settings) as engine,
        SaleorClient(settings.saleor_api_url, required_token(settings, engine)) as client,
    ):
        with line() as told:
            done = reconcile(engine, client, scope, after_page=partial(_after_page, told))
        for order_id, why in done.failed.items():
            click.echo(f"distribution: order {order_id}: {why}", err=True)
        click.echo(
            f"Compared {_named(done)}: {done.seen} seen, {done.repaired} repaired, {len(done.failed)} failed."
        )
        if done.proves:
            click.echo(
                f"Every paid order among them is recorded as the shop shows it: {done.paid}, "
                f"{done.attributed} of them of distributors."
            )
        proven = done.scope.kind != "placed" or _prove(engine, done.scope)
    return 0 if done.proves and proven else 1


def _scope(
    since: datetime | None, placed_since: datetime | None, placed_until: datetime | None, everything: bool
) -> Scope | None:
    if sum((since is not None, placed_since is not None, everything)) > 1:
        raise click.UsageError("--since, --placed-since and --all exclude each other")
    if placed_until is not None and (placed_since is None or placed_until <= placed_since):
        raise click.UsageError("--placed-until needs an earlier --placed-since")
    if placed_since is not None:
        return Scope("placed", placed_since, placed_until)
    if everything:
        return EVERYTHING
    return None if since is None else Scope("changed", since)


def _named(done: Reconciled) -> str:
    if done.scope.kind == "everything":
        return "all orders"
    until = f" and before {_said(done.scope.until)}" if done.scope.until else ""
    return f"orders {done.scope.kind} since {_said(done.since)}{until}"


def _said(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")


def _prove(engine: Engine, scope: Scope) -> bool:
    """Work out once more what follows from every order recorded of this time, and say whether it is the same."""
    with transaction(engine) as session:
        proof = prove_placed(session, scope.since, scope.until)
    for each in proof.differences:
        click.echo(f"distribution: {each.check}: {each.table} {each.row}: {each.found}", err=True)
    words = "follow from them" if not proof.differences else f"differ in {len(proof.differences)} places"
    click.echo(
        f"Worked out once more: {proof.orders} orders placed then, {proof.lines} commission lines, {words}."
    )
    return not proof.differences


def _after_page(told: Callable[[str], None], done: Reconciled, repaired: list[Recorded]) -> None:
    for each in repaired:
        say(
            f"repaired order {each.snapshot.number} ({each.snapshot.order_id}): {each.lines} commission lines"
        )
    told(f"{done.seen} orders compared, {done.repaired} repaired")
