"""Tries the variables of the environment before the plugin is switched on."""

from collections.abc import Mapping

import redis

from saleor_plugin.configuration import DATABASE_URL, REDIS_URL, driver_url, environment_problems
from saleor_plugin.inbox import Inbox
from saleor_plugin.poke import publish
from saleor_plugin.postgres import DatabaseUnavailable

PLAIN_REASONS = {
    "SQLSTATE 42P01": "it has no inbox yet (run distribution migrate)",
    "SQLSTATE 42501": "its user may not insert into distribution.inbox",
}


def connection_problems(environment: Mapping[str, str]) -> dict[str, str]:
    """What is wrong with the variables, or with what they name, by variable."""
    problems = environment_problems(environment)
    if DATABASE_URL not in problems and (reason := _database_problem(environment[DATABASE_URL])):
        problems[DATABASE_URL] = f"{DATABASE_URL} names a database that does not take signals: {reason}."
    if REDIS_URL not in problems and (reason := _redis_problem(environment[REDIS_URL])):
        problems[REDIS_URL] = f"{REDIS_URL} names a Redis server that does not answer: {reason}."
    return problems


def _database_problem(database_url: str) -> str | None:
    try:
        inbox = Inbox(driver_url(database_url))
    except DatabaseUnavailable as error:
        return error.reason
    try:
        inbox.write([])
    except DatabaseUnavailable as error:
        return PLAIN_REASONS.get(error.reason, error.reason)
    finally:
        inbox.close()
    return None


def _redis_problem(redis_url: str) -> str | None:
    try:
        publish(redis_url)
    except (redis.RedisError, ValueError) as error:
        return type(error).__name__
    return None
