"""Finds commands: files in `distribution/cli/commands`, and entry points of the portal and the jobs."""

from __future__ import annotations

import importlib
import pkgutil
from importlib.metadata import EntryPoint, entry_points
from typing import NoReturn

import click

from distribution.cli import commands

ENTRY_POINTS = "distribution.commands"


class CommandGroup(click.Group):
    """Loads a command only when it is asked for, so that each starts fast and none needs what another does."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Every command's name, in alphabetical order."""
        own = {module.name.replace("_", "-") for module in pkgutil.iter_modules(commands.__path__)}
        return sorted(own | {point.name for point in entry_points(group=ENTRY_POINTS)})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name: the object `command` of its file, or what its entry point names."""
        module = cmd_name.replace("-", "_")
        if any(found.name == module for found in pkgutil.iter_modules(commands.__path__)):
            command = importlib.import_module(f"{commands.__name__}.{module}").command
            assert isinstance(command, click.Command)
            return command
        for point in entry_points(group=ENTRY_POINTS, name=cmd_name):
            return _load(point)
        return None


def _load(point: EntryPoint) -> click.Command:
    try:
        command = point.load()
    except (ImportError, AttributeError) as error:
        return _unavailable(point.name, str(error))
    assert isinstance(command, click.Command)
    return command


def _unavailable(name: str, reason: str) -> click.Command:
    """A command that says why it cannot run, so that one that is broken does not take the others with it."""

    def fail() -> NoReturn:
        raise click.ClickException(f"{name} cannot be loaded: {reason}")

    return click.Command(name, callback=fail, short_help=f"(unavailable: {reason})")
