"""What runs how often, on RQ's own cron."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import redis
from rq.cron import CronJob, CronScheduler
from rq.exceptions import StopRequested

from distribution.adapters.queue import LONG_QUEUE, QUEUE, wake
from jobs.clicks import drain_clicks
from jobs.counters import fold_counters
from jobs.daily import wake_daily
from jobs.drain import drain_inbox
from jobs.effects import carry_out_effects
from jobs.joining import admit_buyers
from jobs.leaving import close_accounts, make_exports
from jobs.notices import deliver_elsewhere, deliver_mail, deliver_push, tell_notices
from jobs.posters import make_posters
from jobs.reconciliation import reconcile_changed
from jobs.sealing import seal_ledger
from jobs.simulations import simulate
from jobs.sums import sum_lines
from jobs.vouchers import keep_vouchers
from jobs.withdrawals import watch_withdrawals

_PAUSE_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Recurring:
    """A job that is looked after every `every`, and stopped when it takes longer than `longest`."""

    function: Callable[[], Any]
    every: timedelta
    longest: timedelta = timedelta(minutes=5)
    queue: str = QUEUE

    @property
    def job(self) -> str:
        """Its dotted name."""
        return f"{self.function.__module__}.{self.function.__name__}"


RECURRING = (
    Recurring(drain_inbox, timedelta(seconds=5)),
    Recurring(drain_clicks, timedelta(seconds=5)),
    Recurring(carry_out_effects, timedelta(seconds=5), timedelta(minutes=30)),
    Recurring(tell_notices, timedelta(seconds=10)),
    Recurring(deliver_mail, timedelta(seconds=5), timedelta(minutes=30)),
    Recurring(deliver_push, timedelta(seconds=5), timedelta(minutes=30)),
    Recurring(deliver_elsewhere, timedelta(seconds=5), timedelta(minutes=30)),
    Recurring(fold_counters, timedelta(minutes=1)),
    Recurring(sum_lines, timedelta(minutes=5), timedelta(minutes=30), LONG_QUEUE),
    Recurring(reconcile_changed, timedelta(minutes=10), timedelta(hours=2), LONG_QUEUE),
    Recurring(seal_ledger, timedelta(minutes=5)),
    Recurring(simulate, timedelta(seconds=5), timedelta(hours=12), LONG_QUEUE),
    Recurring(admit_buyers, timedelta(minutes=10)),
    Recurring(make_exports, timedelta(seconds=30), timedelta(hours=1), LONG_QUEUE),
    Recurring(close_accounts, timedelta(hours=1), timedelta(hours=1)),
    Recurring(make_posters, timedelta(seconds=5)),
    Recurring(keep_vouchers, timedelta(minutes=5)),
    Recurring(watch_withdrawals, timedelta(minutes=5)),
    Recurring(wake_daily, timedelta(minutes=5)),
)


class Scheduler(CronScheduler):
    """RQ's scheduler, but a job that waits already is not enqueued again: without workers nothing piles up."""

    def __init__(self, connection: redis.Redis) -> None:
        super().__init__(connection=connection, logging_level="WARNING")
        self._longest = {each.job: each.longest for each in RECURRING}
        for each in RECURRING:
            self.register(each.function, each.queue, interval=int(each.every.total_seconds()), name=each.job)

    def enqueue_jobs(self) -> list[CronJob]:
        """Wake what is due."""
        due = [job for job in self.get_jobs() if job.should_run()]
        for job in due:
            wake(self.connection, job.name, queue=job.queue_name, longest=self._longest[job.name])
            job.set_enqueue_time(datetime.now(UTC))
        return due

    def run(self) -> None:
        """Run until told to stop; a Redis that is away is waited for."""
        start: Callable[[], None] = self.start
        while True:
            try:
                start()
                return
            except StopRequested:
                return
            except redis.RedisError as error:
                self.log.warning("Redis does not answer (%s); trying again", error)
                try:
                    time.sleep(_PAUSE_SECONDS)
                except StopRequested:
                    return
