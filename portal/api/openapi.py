"""The OpenAPI 3.1 document, put together from the operations and the very models that read and write."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from http import HTTPStatus
from importlib.metadata import version
from typing import Any, Literal

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, models_json_schema

from portal.api.operation import Operation
from portal.api.problem import MEDIA_TYPE, Problem

Schema = dict[str, Any]
_REF = "#/components/schemas/{model}"
KEY_PATTERN = "^[!-~]+$"
KEY_LONGEST = 255
_ABOUT = """\
Amounts are decimal text with their currency, times ISO 8601 with offset. Errors are problem documents (RFC 9457)
that name the field at fault. Lists are paged: give `next_cursor` of a page as `cursor` for the next one."""
_RETRY_AFTER = {
    "Retry-After": {"description": "Seconds to wait", "schema": {"type": "integer", "minimum": 0}}
}
_HEADERS: dict[int, Schema] = {
    401: {"WWW-Authenticate": {"schema": {"type": "string"}}},
    429: _RETRY_AFTER,
    503: _RETRY_AFTER,
}
_MEANINGS = {
    400: "The body is not JSON",
    401: "No token, or none in use",
    403: "The token lacks the scope that is needed",
    404: "There is no such thing",
    409: "It contradicts what is recorded, or the same request is being carried out",
    413: "The body is too large",
    415: "The body is of another media type",
    422: "A value breaks a rule",
    429: "Too many requests",
    503: "The database does not answer just now; ask again",
}


class _Plain(GenerateJsonSchema):
    """Schemas without the titles that repeat the names of fields."""

    def field_title_should_be_set(self, schema: Any) -> bool:
        return False


def document(operations: Sequence[Operation]) -> str:
    """The description of `operations` as JSON text."""
    return json.dumps(describe(operations), ensure_ascii=False)


def describe(operations: Sequence[Operation]) -> Schema:
    """The description of `operations`."""
    references, schemas = _schemas(operations)
    paths: dict[str, dict[str, Any]] = {}
    for each in operations:
        paths.setdefault(each.path, {})[each.method.lower()] = _operation(each, references)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Saleor Distribution",
            "version": version("saleor-distribution"),
            "description": _ABOUT,
            "license": {"name": "BSD-3-Clause", "identifier": "BSD-3-Clause"},
        },
        "servers": [{"url": "/api/v1"}],
        "security": [{"token": []}],
        "tags": [{"name": tag} for tag in dict.fromkeys(each.tag for each in operations)],
        "paths": paths,
        "components": {
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
            "parameters": {"IdempotencyKey": _IDEMPOTENCY_KEY},
            "responses": {_response_name(status): _problem(status, references) for status in _MEANINGS},
            "schemas": schemas,
        },
    }


_IDEMPOTENCY_KEY: Schema = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "The act is carried out once for a key; the same request again gets the same answer",
    "schema": {"type": "string", "minLength": 1, "maxLength": KEY_LONGEST, "pattern": KEY_PATTERN},
}


def _schemas(operations: Sequence[Operation]) -> tuple[dict[type[BaseModel], Schema], dict[str, Schema]]:
    inputs = {each.body for each in operations if each.body is not None}
    outputs = {each.answer for each in operations} | {Problem}
    wanted: list[tuple[type[BaseModel], Literal["validation", "serialization"]]] = [
        *((model, "validation") for model in sorted(inputs, key=_by_name)),
        *((model, "serialization") for model in sorted(outputs, key=_by_name)),
    ]
    references, whole = models_json_schema(wanted, ref_template=_REF, schema_generator=_Plain)
    found = {model: references[model, mode] for model, mode in wanted}
    return found, whole["$defs"]


def _by_name(model: type[BaseModel]) -> str:
    return model.__name__


def _operation(operation: Operation, references: dict[type[BaseModel], Schema]) -> Schema:
    summary, _, rest = (operation.handler.__doc__ or "").partition("\n")
    described: Schema = {
        "operationId": operation.name,
        "tags": [operation.tag],
        "summary": summary.rstrip("."),
        "parameters": list(_parameters(operation)),
        "responses": {str(operation.status): _success(operation, references)},
    }
    if operation.public:
        described["security"] = []
        needs = ""
    else:
        needs = f"Needs the scope {' or '.join(f'`{scope}`' for scope in operation.scopes)}."
    description = " ".join(f"{rest} {needs}".split())
    if description:
        described["description"] = description
    if operation.body is not None:
        described["requestBody"] = {
            "required": operation.body_required,
            "content": {"application/json": {"schema": references[operation.body]}},
        }
    for status in operation.statuses:
        described["responses"][str(status)] = {"$ref": f"#/components/responses/{_response_name(status)}"}
    return described


def _parameters(operation: Operation) -> Iterable[Schema]:
    for name, schema in _properties(operation.path_model):
        yield _parameter(name, "path", schema, required=True)
    if operation.query is not None:
        required = operation.query.model_json_schema(schema_generator=_Plain).get("required", [])
        for name, schema in _properties(operation.query):
            yield _parameter(name, "query", schema, required=name in required)
    if operation.method == "POST":
        yield {"$ref": "#/components/parameters/IdempotencyKey"}


def _properties(model: type[BaseModel]) -> Iterable[tuple[str, Schema]]:
    found = model.model_json_schema(schema_generator=_Plain).get("properties", {})
    yield from found.items()


def _parameter(name: str, place: str, schema: Schema, *, required: bool) -> Schema:
    # A parameter that is left out is not null.
    choices = [each for each in schema.pop("anyOf", []) if each != {"type": "null"}]
    if choices:
        schema = {**schema, **choices[0]}
        schema.pop("default", None)
    described: Schema = {"name": name, "in": place, "required": required}
    if "description" in schema:
        described["description"] = schema.pop("description")
    return {**described, "schema": schema}


def _success(operation: Operation, references: dict[type[BaseModel], Schema]) -> Schema:
    described: Schema = {
        "description": HTTPStatus(operation.status).phrase,
        "content": {operation.answer.media_type: {"schema": references[operation.answer]}},
    }
    if operation.method == "POST":
        described["headers"] = {
            "Idempotency-Replayed": {
                "description": "The answer is the one given before for this key",
                "schema": {"type": "string", "enum": ["true"]},
            }
        }
    return described


def _problem(status: int, references: dict[type[BaseModel], Schema]) -> Schema:
    described: Schema = {
        "description": _MEANINGS[status],
        "content": {MEDIA_TYPE: {"schema": references[Problem]}},
    }
    if status in _HEADERS:
        described["headers"] = _HEADERS[status]
    return described


def _response_name(status: int) -> str:
    return HTTPStatus(status).phrase.replace(" ", "").replace("-", "")
