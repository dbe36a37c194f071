"""What a job needs, made in the process that uses it: RQ forks for each job, and no connection survives a fork."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cached_property

from sqlalchemy import Engine

from distribution.adapters.saleor.client import SaleorClient
from distribution.adapters.saleor.connect import NO_SHOP, connect
from distribution.adapters.saleor.errors import SaleorRefused
from distribution.db import create_engine
from distribution.settings.environment import Settings, Variable

NEEDS = (Variable.DATABASE_URL, Variable.REDIS_URL)
SALEOR_SECONDS = 15.0


@dataclass
class Resources:
    """Settings, and what is opened with them when first asked for."""

    settings: Settings

    @cached_property
    def engine(self) -> Engine:
        """Our database."""
        return create_engine(self.settings.database_url, pool_size=4, max_overflow=4)

    @property
    def has_saleor(self) -> bool:
        """Whether there is a Saleor to read; a shop may report its orders by the API alone."""
        return self._client is not None

    @property
    def saleor(self) -> SaleorClient:
        """The shop; raises SaleorRefused where there is none to read."""
        if self._client is None:
            raise SaleorRefused(NO_SHOP)
        return self._client

    @cached_property
    def _client(self) -> SaleorClient | None:
        return connect(self.settings, self.engine, timeout_seconds=SALEOR_SECONDS)


_of_process: tuple[int, Resources] | None = None


def resources() -> Resources:
    """What jobs of this process share; made at its first use, and again after a fork."""
    global _of_process
    if _of_process is None or _of_process[0] != os.getpid():
        _of_process = os.getpid(), Resources(Settings.load(needs=NEEDS))
    return _of_process[1]
