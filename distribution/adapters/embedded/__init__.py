"""PostgreSQL and a Redis server from wheels, for the demo and the tests: no service to install."""

from distribution.adapters.embedded.errors import EmbeddedServerFailed
from distribution.adapters.embedded.postgres import PostgresServer, erase_postgres, running_postgres
from distribution.adapters.embedded.redis import RedisServer, running_redis

__all__ = [
    "EmbeddedServerFailed",
    "PostgresServer",
    "RedisServer",
    "erase_postgres",
    "running_postgres",
    "running_redis",
]
