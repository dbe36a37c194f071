"""`distribution worker` and `distribution scheduler`."""

from __future__ import annotations

import logging

import click
import redis

from distribution.adapters.notice.find import notice_channels
from distribution.adapters.payout import payout_adapters
from distribution.settings.environment import Settings
from jobs.resources import NEEDS


@click.command()
@click.option(
    "--count",
    default=2,
    show_default=True,
    type=click.IntRange(1, 64),
    help="How many jobs at a time, besides one that takes long.",
)
def worker(count: int) -> None:
    """Carries out jobs: drains the inbox, records clicks, sends mails and payouts, settles, verifies."""
    settings = Settings.load(needs=NEEDS)
    # A payout method or channel that is half configured is named now, not when it is needed first.
    payout_adapters()
    notice_channels()
    _log()
    from jobs.worker import Workers

    Workers(settings.redis_url, count=count).run()


@click.command()
def scheduler() -> None:
    """Says when each job is due; any number may run at once."""
    settings = Settings.load(needs=NEEDS)
    _log()
    from jobs.schedule import Scheduler

    with redis.Redis.from_url(settings.redis_url) as connection:
        Scheduler(connection).run()


def _log() -> None:
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s: %(message)s")
