"""The kinds of values there are in requests and answers, each with the JSON schema that is published for it."""

from __future__ import annotations

import ipaddress
import re
from datetime import UTC, datetime
from typing import Annotated, Any, ClassVar

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    RootModel,
    StringConstraints,
    WithJsonSchema,
)

from distribution.money.currency import currency_codes, is_currency

UUID_PATTERN = r"^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$"
# The sixty-first second is legal in RFC 3339 and unknown to our database.
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)", re.ASCII | re.IGNORECASE)
_EARLIEST_YEAR, _LATEST_YEAR = 1971, 8999


class Request(BaseModel):
    """What a client sends: nothing is converted, nothing unknown is passed over."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class Nothing(Request):
    """An act that needs no more to be said."""


class Answer(BaseModel):
    """What a client gets."""

    model_config = ConfigDict(frozen=True, json_schema_serialization_defaults_required=True)
    media_type: ClassVar[str] = "application/json"

    def body(self) -> str:
        """What is sent."""
        return self.model_dump_json(by_alias=True)


class CsvText(RootModel[str], Answer):
    """A table as CSV: comma, UTF-8, no cell that a spreadsheet would calculate."""

    media_type: ClassVar[str] = "text/csv"

    def body(self) -> str:
        """The text itself."""
        return self.root


def _moment(value: object) -> datetime:
    if isinstance(value, datetime):
        return value
    if not isinstance(value, str) or _MOMENT.fullmatch(value) is None:
        raise ValueError("must be an ISO 8601 time with offset, such as 2026-11-22T06:37:17Z")
    try:
        found = datetime.fromisoformat(value.upper())
    except ValueError:
        raise ValueError("is no time of the calendar") from None
    if not _EARLIEST_YEAR <= found.year <= _LATEST_YEAR:
        raise ValueError(f"must lie in the years {_EARLIEST_YEAR} to {_LATEST_YEAR}")
    # PostgreSQL knows no offsets beyond 16 hours.
    return found.astimezone(UTC)


def _currency(value: str) -> str:
    if not is_currency(value):
        raise ValueError("must be an ISO 4217 code")
    return value


def _address(value: str) -> str:
    try:
        return str(ipaddress.ip_address(value))
    except ValueError:
        raise ValueError("must be an IPv4 or IPv6 address") from None


def _digits(value: object) -> object:
    """A number of a query: digits and nothing else, where Python would also take blanks, signs and underscores."""
    if isinstance(value, str):
        if re.fullmatch(r"-?[0-9]{1,18}", value, re.ASCII) is None:
            raise ValueError("must be a whole number")
        return int(value)
    return value


def _text(longest: int, shortest: int = 0) -> Any:
    # What PostgreSQL cannot store is no part of any text.
    return StringConstraints(min_length=shortest, max_length=longest, pattern=r"^[^\u0000]*$")


Word = Annotated[str, _text(255, 1)]
Text = Annotated[str, _text(1_000)]
LongText = Annotated[str, _text(2_000)]
Reason = Annotated[str, _text(1_000, 1)]
Amount = Annotated[
    str,
    StringConstraints(pattern=r"^[0-9]{1,12}(\.[0-9]{1,4})?$"),
    Field(description="Decimal text, with no more decimals than its currency has", examples=["88.55"]),
]
SignedAmount = Annotated[
    str, Field(pattern=r"^-?[0-9]+(\.[0-9]+)?$", description="Decimal text", examples=["88.55"])
]
CurrencyCode = Annotated[
    str,
    AfterValidator(_currency),
    WithJsonSchema({"type": "string", "enum": currency_codes(), "description": "ISO 4217"}),
]
AnyCurrency = Annotated[str, Field(description="ISO 4217", pattern="^[A-Z]{3}$", examples=["USD"])]
Moment = Annotated[
    datetime,
    BeforeValidator(_moment),
    WithJsonSchema({"type": "string", "format": "date-time", "examples": ["2026-11-22T06:37:17Z"]}),
]
Time = Annotated[datetime, AfterValidator(lambda value: value.astimezone(UTC))]
"""A time in an answer."""
IpAddress = Annotated[
    str,
    StringConstraints(max_length=45),
    AfterValidator(_address),
    WithJsonSchema({"type": "string", "anyOf": [{"format": "ipv4"}, {"format": "ipv6"}]}),
]
Id = Annotated[str, Field(pattern=UUID_PATTERN, json_schema_extra={"format": "uuid"})]
"""The id of something, in a path or a request; whether there is such a thing is for the verbs to say."""
ExternalId = Annotated[
    str, StringConstraints(min_length=1, max_length=255, pattern=r"^[^\u0000-\u001f\u007f\ufffd]+$")
]
QueryNumber = BeforeValidator(_digits)
