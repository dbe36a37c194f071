"""Errors as RFC 9457 describes them: `application/problem+json`, naming the field at fault."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Annotated

from pydantic import Field, ValidationError
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from distribution.errors import DomainError
from distribution.ledger.errors import InsufficientBalance
from distribution.money import to_decimal_text
from portal.api.types import Answer
from portal.errors import status_of

MEDIA_TYPE = "application/problem+json"
_MOST_ERRORS = 50


class FieldError(Answer):
    """One value that breaks a rule."""

    field: Annotated[
        str, Field(examples=["lines[0].net"], description="Its path in the body, or a parameter's name")
    ]
    message: str


class Problem(Answer):
    """What went wrong."""

    type: Annotated[str, Field(examples=["about:blank"])] = "about:blank"
    title: Annotated[str, Field(description="The status in words", examples=["Unprocessable Entity"])]
    status: int
    detail: Annotated[str, Field(description="This case in a sentence")]
    code: Annotated[str, Field(description="Stable, for programs", examples=["invalid"])]
    field: Annotated[str | None, Field(description="The first value at fault, where there is one")] = None
    errors: Annotated[list[FieldError], Field(description="Every value at fault")] = []
    facts: Annotated[dict[str, str], Field(description="What the error depends on")] = {}


class ProblemFound(Exception):
    """Ends a request with a problem."""

    def __init__(
        self,
        status: int,
        detail: str,
        *,
        code: str,
        errors: Sequence[FieldError] = (),
        facts: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.headers = dict(headers or {})
        self.problem = Problem(
            title=HTTPStatus(status).phrase,
            status=status,
            detail=detail,
            code=code,
            field=errors[0].field if errors else None,
            errors=list(errors[:_MOST_ERRORS]),
            facts=dict(facts or {}),
        )

    def response(self) -> Response:
        """The answer that says so."""
        body = self.problem.model_dump_json()
        return Response(body, status=self.problem.status, content_type=MEDIA_TYPE, headers=self.headers)


def of_domain(error: DomainError) -> ProblemFound:
    """The problem of an error of the domain; the portal's table says its status."""
    listed = error.facts.get("errors") or [{"field": error.field, "message": error.message}]
    errors = [FieldError(**each) for each in listed] if error.field else []
    return ProblemFound(status_of(error), error.message, code=error.code, errors=errors, facts=_facts(error))


def of_http(error: HTTPException) -> ProblemFound:
    """The problem of an error of HTTP itself: no such path, no such method, too large."""
    status = error.code or 400
    headers = {name: value for name, value in error.get_headers() if name == "Allow"}
    phrase = HTTPStatus(status).phrase
    return ProblemFound(status, phrase, code=phrase.lower().replace(" ", "_"), headers=headers)


def of_validation(error: ValidationError, *, status: int = 422) -> ProblemFound:
    """The problem of values that break the published schema."""
    errors = [
        FieldError(field=_path(each["loc"]) or "body", message=each["msg"].removeprefix("Value error, "))
        for each in error.errors(include_url=False, include_context=False, include_input=False)
    ]
    first = errors[0]
    return ProblemFound(status, f"{first.field}: {first.message}", code="invalid", errors=errors)


def _path(location: Sequence[int | str]) -> str:
    path = ""
    for part in location:
        path += f"[{part}]" if isinstance(part, int) else f"{'.' if path else ''}{part[:80]}"
    return path


def _facts(error: DomainError) -> dict[str, str]:
    currency = error.facts.get("currency")
    if not isinstance(currency, str):
        return {}
    amounts = {
        name.removesuffix("_minor"): to_decimal_text(value, currency)
        for name, value in error.facts.items()
        if name.endswith("_minor") or (isinstance(error, InsufficientBalance) and isinstance(value, int))
    }
    return {**amounts, "currency": currency} if amounts else {}
