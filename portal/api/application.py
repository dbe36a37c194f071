"""The API as a WSGI application: match, authenticate, limit, read, carry out in one transaction, answer."""

from __future__ import annotations

import hashlib
import logging
import re
import secrets
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from werkzeug.exceptions import HTTPException
from werkzeug.routing import Map, PathConverter, Rule
from werkzeug.wrappers import Request, Response

from distribution.db import clock_at, transaction
from distribution.errors import DomainError
from distribution.privacy.encryption import Cipher
from distribution.settings import idempotency, tokens
from distribution.settings.tables import ApiToken
from portal import metrics
from portal.api import problem
from portal.api.call import Call, Client
from portal.api.limit import Limit
from portal.api.openapi import KEY_LONGEST, KEY_PATTERN, document
from portal.api.operation import Operation
from portal.api.problem import FieldError, ProblemFound
from portal.api.reading import read_body, read_path, read_query
from portal.api.resources import OPERATIONS

_DESCRIPTION = "/openapi.json"
_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
}
log = logging.getLogger("portal.api")


class OrderPath(PathConverter):
    """An order's id, which may hold slashes; what follows the last one may be something of the order instead."""

    regex = "[^/].*?(?<!/explanation)"


class Api:
    """Serves `/api/v1`; knows no session, no cookie and no form, so none can be forged."""

    def __init__(
        self,
        engine: Engine,
        limit: Limit,
        *,
        cipher: Cipher,
        operations: Sequence[Operation] = OPERATIONS,
    ) -> None:
        self._engine = engine
        self._limit = limit
        self._cipher = cipher
        self._operations = operations
        # A redirect to a tidier path would be an answer that nobody documented.
        self._routes = Map(
            [Rule(each.rule, methods=[each.method], endpoint=each) for each in operations]
            + [Rule(_DESCRIPTION, methods=["GET"], endpoint=None)],
            merge_slashes=False,
            converters={"order": OrderPath},
        )

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer one request."""
        started = time.perf_counter()
        request = Request(environ)
        operation: Operation | None = None
        try:
            operation, path = self._routes.bind("api").match(request.path, request.method)
            response = self._answer(operation, path, request)
        except Exception as error:
            response = _problem(error, operation).response()
        name = operation.name if operation else "none"
        response.headers.extend(_HEADERS)
        # Nothing that a stranger can make up becomes a label.
        method = operation.method if operation else "other"
        metrics.REQUESTS.labels(f"api.{name}", method, response.status_code).inc()
        metrics.SECONDS.labels(f"api.{name}").observe(time.perf_counter() - started)
        return response(environ, start_response)

    @cached_property
    def _document(self) -> str:
        # Describing every operation takes longer than all else at the start, and few ever ask.
        return document(self._operations)

    def _answer(self, operation: Operation | None, path: Mapping[str, Any], request: Request) -> Response:
        if operation is None:
            return Response(self._document, content_type="application/json")
        if operation.public:
            read_query(operation, request.args)
            return _sent(operation, operation.handler().body(), {})
        client = self._authenticated(request, operation.scopes)
        parameters = read_path(operation, path)
        query = read_query(operation, request.args)
        key = _idempotency_key(operation, request)
        body, data = read_body(operation, request)
        if query is not None:
            parameters["query"] = query
        if body is not None:
            parameters["body"] = body
        digest = hashlib.sha256(f"{operation.method} {request.path}\0".encode() + data).digest()
        with transaction(self._engine) as session:
            if key is not None:
                given = idempotency.claim(session, token_id=client.token_id, key=key, digest=digest)
                if given is not None:
                    return _sent(operation, given.body, {"Idempotency-Replayed": "true"}, given.status)
            call = Call(session, self._engine, client, clock_at(session), self._cipher)
            text = operation.handler(call, **parameters).body()
            if key is not None:
                idempotency.keep(
                    session, token_id=client.token_id, key=key, status=operation.status, body=text
                )
        log.info("%s %s %d", client.name, operation.name, operation.status)
        return _sent(operation, text, {})

    def _authenticated(self, request: Request, scopes: Sequence[str]) -> Client:
        kind, _, secret = request.headers.get("Authorization", "").partition(" ")
        token = self._token(secret.strip()) if kind.lower() == "bearer" else None
        if token is None:
            raise ProblemFound(
                401,
                "a bearer token in use is needed",
                code="unauthorized",
                headers={"WWW-Authenticate": 'Bearer realm="api"'},
            )
        wait = self._limit.seconds_to_wait(token.id)
        if wait:
            raise ProblemFound(
                429, "too many requests", code="too_many_requests", headers={"Retry-After": str(wait)}
            )
        tokens.demand(token.scopes, *scopes)
        return Client(token.id, token.name, token.source, frozenset(token.scopes))

    def _token(self, secret: str) -> ApiToken | None:
        with transaction(self._engine) as session:
            return tokens.by_secret(session, secret)


def _idempotency_key(operation: Operation, request: Request) -> str | None:
    key = request.headers.get("Idempotency-Key")
    if operation.method != "POST" or key is None:
        return None
    if len(key) > KEY_LONGEST or re.fullmatch(KEY_PATTERN, key) is None:
        message = f"has 1 to {KEY_LONGEST} visible ASCII characters"
        raise ProblemFound(
            422,
            f"Idempotency-Key: {message}",
            code="invalid",
            errors=[FieldError(field="Idempotency-Key", message=message)],
        )
    return key


def _sent(operation: Operation, text: str, headers: dict[str, str], status: int | None = None) -> Response:
    content_type = operation.answer.media_type
    if content_type.startswith("text/"):
        content_type += "; charset=utf-8"
    return Response(text, status=status or operation.status, content_type=content_type, headers=headers)


def _problem(error: Exception, operation: Operation | None) -> ProblemFound:
    match error:
        case ProblemFound():
            return error
        case DomainError():
            return problem.of_domain(error)
        case HTTPException():
            return problem.of_http(error)
        case OperationalError() | PoolTimeoutError():
            log.error("database: %s", error.orig if isinstance(error, OperationalError) else error)
            detail = "the database does not answer just now; ask again"
            return ProblemFound(503, detail, code="unavailable", headers={"Retry-After": "5"})
    reference = secrets.token_hex(4)
    log.error(
        "unexpected error %s in %s", reference, operation.name if operation else "routing", exc_info=error
    )
    return ProblemFound(500, f"our mistake, noted as {reference}", code="unexpected")
