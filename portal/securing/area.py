"""What differs between the two kinds of people who log in: addresses, layout, how they are read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from flask import url_for
from sqlalchemy.orm import Session

Entered = Callable[[Session, UUID, datetime], None]


@dataclass(frozen=True, slots=True)
class Wanted:
    """That the program wants a second step of somebody, from a day on or already."""

    begins: date | None
    now: bool


@dataclass(frozen=True, slots=True)
class Area:
    """One kind of people; endpoints are whole names, `pages` the blueprint the pages of this package are in."""

    kind: str
    pages: str
    layout: str
    login: str
    second_step: str
    passkey_login: str
    home: str
    account: str
    longest_session: timedelta
    person: Callable[[Session, UUID], Any]
    password_hash: Callable[[Session, UUID], str | None]
    entered: Entered
    wanted: Callable[[Any], Wanted | None]

    def url(self, page: str, **values: Any) -> str:
        """The address of one of the pages of this package."""
        return url_for(f"{self.pages}.{page}", **values)
