"""Times on the command line."""

from __future__ import annotations

from datetime import UTC, datetime

import click


class Moment(click.ParamType[datetime]):
    """An ISO 8601 time; without an offset it is UTC, without a time of day midnight."""

    name = "ISO"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """The aware time that `value` names."""
        if isinstance(value, datetime):
            return value
        try:
            moment = datetime.fromisoformat(str(value))
        except ValueError:
            self.fail(f"{value!r} is no ISO 8601 time, such as 2026-11-22T06:37:17Z", param, ctx)
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment


MOMENT = Moment()
