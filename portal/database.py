"""The unit of work of a view, and the few facts every page needs, remembered for seconds."""

from __future__ import annotations

import time
from contextlib import AbstractContextManager

from flask import Flask, current_app
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from distribution.db import transaction
from distribution.settings import program
from distribution.settings.document import ProgramSettings

_REMEMBERED_SECONDS = 5.0


class Program:
    """The program's settings, read again when they are some seconds old."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._settings: ProgramSettings | None = None
        self._read_at = 0.0

    def settings(self) -> ProgramSettings:
        """The settings in force, at most a few seconds late."""
        now = time.monotonic()
        if self._settings is None or now - self._read_at > _REMEMBERED_SECONDS:
            with transaction(self._engine) as session:
                self._settings = program.read(session)
            self._read_at = now
        return self._settings

    def forget(self) -> None:
        """Read them anew at the next request: this process has just changed them."""
        self._settings = None


def install(app: Flask, engine: Engine) -> None:
    """Keep the engine with the application."""
    app.extensions["engine"] = engine
    app.extensions["program"] = Program(engine)


def unit() -> AbstractContextManager[Session]:
    """A transaction of this request: `with unit() as session:`, one verb, an answer."""
    return transaction(engine())


def engine() -> Engine:
    """The engine of this application."""
    found: Engine = current_app.extensions["engine"]
    return found


def program_settings() -> ProgramSettings:
    """The program's settings for this request."""
    known: Program = current_app.extensions["program"]
    return known.settings()


def forget_program_settings() -> None:
    """To be called by a view that changed the program's settings."""
    known: Program = current_app.extensions["program"]
    known.forget()
