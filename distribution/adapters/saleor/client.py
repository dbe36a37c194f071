"""A GraphQL client that retries what may pass, bounds what it holds, and reads numbers exactly."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from types import TracebackType
from typing import Any, Self

import httpx

from distribution.adapters.saleor.errors import SaleorAnswerTooLarge, SaleorRefused, SaleorUnreachable

LARGEST_ANSWER = 32 * 1024 * 1024
PAUSES_SECONDS = (0.2, 1.0, 3.0)
_PASSING = frozenset({408, 425, 429, 500, 502, 503, 504})
_REFUSALS = frozenset(
    {"PermissionDenied", "InvalidTokenError", "ExpiredSignatureError", "InvalidSignatureError", "DecodeError"}
)


@dataclass(frozen=True, slots=True)
class Answer:
    """A GraphQL answer: data, partly null where `errors` say so."""

    data: dict[str, Any]
    errors: list[dict[str, Any]]


@dataclass(slots=True)
class KnownCosts:
    """The listings of variants in channels by variant id, as long as Saleor shows costs to us at all."""

    shown: bool = True
    listings: dict[str, list[dict[str, Any]]] = field(default_factory=dict)


class SaleorClient:
    """Talks to one Saleor with an app's token, and remembers what it was told of costs."""

    def __init__(
        self,
        url: str,
        token: str,
        *,
        timeout_seconds: float = 20.0,
        transport: httpx.BaseTransport | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.costs = KnownCosts()
        self._url = url
        self._sleep = sleep
        self._token = token
        self._http = httpx.Client(timeout=timeout_seconds, transport=transport)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._http.close()

    def execute(self, query: str, variables: dict[str, Any], *, as_stranger: bool = False) -> Answer:
        """Run one query; JSON numbers come back as Decimal or int. `as_stranger`: what everybody is shown.

        Raises SaleorRefused, SaleorAnswerTooLarge, or SaleorUnreachable after the last retry.
        """
        body = {"query": query, "variables": variables}
        headers = {} if as_stranger else {"Authorization": f"Bearer {self._token}"}
        for pause in (*PAUSES_SECONDS, None):
            try:
                return self._once(body, headers)
            except SaleorUnreachable:
                if pause is None:
                    raise
                self._sleep(pause)
        raise AssertionError("the last attempt returns or raises")

    def _once(self, body: dict[str, Any], headers: dict[str, str]) -> Answer:
        try:
            with self._http.stream("POST", self._url, json=body, headers=headers) as response:
                content = _bounded(response)
        except httpx.HTTPError as error:
            raise SaleorUnreachable(f"Saleor does not answer: {type(error).__name__}") from error
        if response.status_code in (401, 403):
            raise SaleorRefused("Saleor refuses the token", status=response.status_code)
        if response.status_code in _PASSING:
            raise SaleorUnreachable(f"Saleor answers {response.status_code}", status=response.status_code)
        try:
            document = json.loads(content, parse_float=Decimal)
            data, errors = document.get("data") or {}, document.get("errors") or []
        except (ValueError, AttributeError) as error:
            raise SaleorUnreachable(
                f"Saleor's answer ({response.status_code}) is no GraphQL answer"
            ) from error
        for problem in errors:
            if _exception(problem) in _REFUSALS:
                raise SaleorRefused(
                    f"Saleor refuses: {str(problem.get('message'))[:200]}", path=problem.get("path") or []
                )
        if not data and errors:
            raise SaleorUnreachable(f"Saleor cannot answer: {str(errors[0].get('message'))[:200]}")
        return Answer(data, errors)


def _bounded(response: httpx.Response) -> bytes:
    chunks, size = [], 0
    for chunk in response.iter_bytes():
        size += len(chunk)
        if size > LARGEST_ANSWER:
            raise SaleorAnswerTooLarge(f"the answer is larger than {LARGEST_ANSWER} bytes")
        chunks.append(chunk)
    return b"".join(chunks)


def _exception(problem: dict[str, Any]) -> str | None:
    exception = (problem.get("extensions") or {}).get("exception") or {}
    code = exception.get("code")
    return code if isinstance(code, str) else None
