"""The application as a worker process serves it."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import text

from portal.server import application
from tests.functional.conftest import portal_settings


@pytest.fixture
def serving(database_url: str, redis_server_url: str) -> Iterator[Flask]:
    app = application(portal_settings(database_url, redis_server_url), threads=1)
    yield app
    gc.unfreeze()
    app.extensions["engine"].dispose()


def test_a_statement_is_planned_for_the_values_it_comes_with(serving: Flask) -> None:
    with serving.extensions["engine"].connect() as connection:
        query = text("SELECT CAST(:number AS integer)")
        for number in range(20):
            assert connection.scalar(query, {"number": number}) == number
        plans = (
            "SELECT generic_plans, custom_plans FROM pg_prepared_statements WHERE statement LIKE '%integer)'"
        )
        generic, custom = connection.execute(text(plans)).one()
    assert (generic, custom > 10) == (0, True)


def test_what_is_loaded_at_the_start_is_not_looked_through_for_garbage(serving: Flask) -> None:
    assert gc.get_freeze_count() > 100_000
