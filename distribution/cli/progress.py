"""How far long work is: one line on standard error where that is a terminal, and nothing anywhere else."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click

_WIPE = "\r\033[K"


@contextmanager
def bar(label: str, length: int) -> Iterator[Callable[[int], None]]:
    """A bar that is told how much of `length` is done."""
    if not sys.stderr.isatty() or length <= 0:
        yield lambda _done: None
        return
    told = 0
    with click.progressbar(
        length=length, label=label, file=sys.stderr, update_min_steps=max(1, length // 1_000)
    ) as shown:

        def tell(done: int) -> None:
            nonlocal told
            shown.update(done - told)
            told = done

        yield tell


@contextmanager
def line() -> Iterator[Callable[[str], None]]:
    """A line that says what is being done, each word in place of the one before, and is gone in the end."""
    if not sys.stderr.isatty():
        yield lambda _words: None
        return
    try:
        yield lambda words: click.echo(f"{_WIPE}{words}", err=True, nl=False)
    finally:
        click.echo(_WIPE, err=True, nl=False)


def say(words: str) -> None:
    """A line of the result while a progress line may stand on the same terminal."""
    if sys.stderr.isatty() and sys.stdout.isatty():
        click.echo(_WIPE, err=True, nl=False)
    click.echo(words)
