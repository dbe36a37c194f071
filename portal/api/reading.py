"""Reads what a request says into the models of its operation; whatever breaks their rules becomes a problem."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ValidationError
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.wrappers import Request as HttpRequest

from portal.api.operation import Operation
from portal.api.problem import FieldError, ProblemFound, of_validation
from portal.api.types import Request

MOST_BYTES = 1_000_000
MEDIA_TYPE = "application/json"


def read_path(operation: Operation, values: Mapping[str, Any]) -> dict[str, Any]:
    """The path's parameters. A PUT names what it writes; elsewhere a malformed name names nothing."""
    try:
        return _plain(operation.path_model.model_validate(dict(values)))
    except ValidationError as error:
        found = of_validation(error)
        if operation.method == "PUT":
            raise found from None
        raise ProblemFound(
            404, "there is no such thing", code="not_found", errors=found.problem.errors
        ) from None


def read_query(operation: Operation, values: MultiDict[str, str]) -> Request | None:
    """The query's parameters, each at most once; one that is not documented is an error."""
    known = operation.query.model_fields if operation.query else {}
    errors = [
        FieldError(
            field=name[:80], message="is given more than once" if name in known else "is no parameter here"
        )
        for name, given in values.lists()
        if name not in known or len(given) > 1
    ]
    if errors:
        raise ProblemFound(422, f"{errors[0].field}: {errors[0].message}", code="invalid", errors=errors)
    try:
        return operation.query.model_validate(values.to_dict()) if operation.query else None
    except ValidationError as error:
        raise of_validation(error) from None


def read_body(operation: Operation, request: HttpRequest) -> tuple[Request | None, bytes]:
    """The body, and its bytes; one that may be left out is then empty."""
    if operation.body is None:
        return None, b""
    data = _data(request)
    if not data and operation.body_required:
        raise ProblemFound(400, "a body in JSON is needed", code="not_json")
    try:
        return operation.body.model_validate_json(data or b"{}"), data
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        if first["type"] == "json_invalid":
            raise ProblemFound(
                400, f"the body is not JSON: {first['ctx']['error']}", code="not_json"
            ) from None
        raise of_validation(error) from None


def _data(request: HttpRequest) -> bytes:
    # A body of unknown length is cut off at the most: what has one byte more was cut.
    request.max_content_length = MOST_BYTES + 1
    if "Content-Encoding" in request.headers:
        raise ProblemFound(415, "a body is sent as it is, without encoding", code="unsupported_media_type")
    data = request.get_data(cache=False)
    if len(data) > MOST_BYTES:
        raise RequestEntityTooLarge
    charset = request.mimetype_params.get("charset", "utf-8").lower()
    if data and (request.mimetype != MEDIA_TYPE or charset not in {"utf-8", "utf8"}):
        raise ProblemFound(415, f"a body is {MEDIA_TYPE} in UTF-8", code="unsupported_media_type")
    return data


def _plain(model: BaseModel) -> dict[str, Any]:
    return {name: getattr(model, name) for name in type(model).model_fields}
