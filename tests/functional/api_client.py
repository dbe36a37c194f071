"""A client of the API as another program is one: it sends JSON over HTTP with its token."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from functools import lru_cache
from itertools import count
from typing import Any

from sqlalchemy import Engine
from werkzeug.exceptions import NotFound
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.test import Client, TestResponse

from distribution.db import transaction
from distribution.privacy.encryption import Cipher, new_key
from distribution.settings import tokens
from portal.api.application import Api
from portal.api.limit import Limit
from portal.api.mount import PREFIX
from tests.factories import ACTOR

_number = count(1)


@lru_cache(maxsize=8)
def an_application(engine: Engine, redis_url: str, *, per_minute: int = 30_000) -> DispatcherMiddleware:
    """The API where it is found in production, with nothing beside it; made once, it keeps nothing to itself."""
    api = Api(engine, Limit(redis_url, per_minute=per_minute), cipher=Cipher([new_key()]))
    return DispatcherMiddleware(NotFound(), {PREFIX: api})


def a_token(engine: Engine, *scopes: str, source: str | None = None) -> str:
    """The secret of a new token; without scopes it may do all."""
    secret = tokens.new_secret()
    with transaction(engine) as session:
        tokens.create(
            session,
            name=f"Till {next(_number)}",
            secret=secret,
            scopes=scopes or (tokens.ALL,),
            source=source,
            actor=ACTOR,
            now=datetime.now(UTC),
        )
    return secret


class ApiClient:
    """Calls the API with one token."""

    def __init__(self, application: Any, token: str | None) -> None:
        self._client = Client(application)
        self._token = token

    def __call__(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        status: int | None = None,
        key: str | None = None,
        data: bytes | None = None,
        headers: dict[str, str] | None = None,
        environ: dict[str, Any] | None = None,
    ) -> TestResponse:
        """One request; `status` is the one the answer must have."""
        sent = {} if self._token is None else {"Authorization": f"Bearer {self._token}"}
        if key is not None:
            sent["Idempotency-Key"] = key
        if body is not None:
            data = json.dumps(body).encode()
        if data is not None:
            sent["Content-Type"] = "application/json"
        response = self._client.open(
            PREFIX + path,
            method=method,
            data=data,
            headers={**sent, **(headers or {})},
            environ_overrides=environ,
        )
        assert status in (None, response.status_code), response.get_data(as_text=True)
        return response

    def get(self, path: str, status: int = 200) -> Any:
        """Read something; returns the document."""
        return self("GET", path, status=status).json

    def post(self, path: str, body: Any = None, status: int = 201, key: str | None = None) -> Any:
        """Do something; returns the document."""
        return self("POST", path, body, status=status, key=key).json

    def put(self, path: str, body: Any, status: int = 200) -> Any:
        """Record something; returns the document."""
        return self("PUT", path, body, status=status).json
