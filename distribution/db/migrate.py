"""Brings the database to the newest schema; safe to repeat and to run twice at once."""

from __future__ import annotations

from importlib import resources

from alembic import command
from alembic.config import Config

LOCK = 7_305_811_940_226_001
"""The advisory lock of whoever changes the schema."""


def upgrade(url: str, revision: str = "head") -> None:
    """Upgrade the database at `url` to `revision`."""
    command.upgrade(configuration(url), revision)


def downgrade(url: str, revision: str) -> None:
    """Take the database at `url` back to `revision` ("base": before everything; its data is gone)."""
    command.downgrade(configuration(url), revision)


def configuration(url: str) -> Config:
    """Alembic's configuration for our migrations and the database at `url`."""
    config = Config()
    config.set_main_option("script_location", str(resources.files("migrations")))
    config.attributes["url"] = url
    return config
