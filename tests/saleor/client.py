"""A small client of Saleor's GraphQL as staff: logs in again before the token runs out, raises on any error."""

from __future__ import annotations

import time
from typing import Any
from urllib.parse import urljoin

import httpx

LOGIN = """
mutation($email: String!, $password: String!) {
  tokenCreate(email: $email, password: $password) { token errors { message } }
}
"""
TOKEN_SECONDS = 200


class SaleorFailed(Exception):
    """Saleor answered with an error."""


class Saleor:
    """Staff at a Saleor; one connection, so that one server process answers, unless `anywhere` is asked for."""

    def __init__(self, url: str, email: str, password: str) -> None:
        self.url = url
        self._credentials = {"email": email, "password": password}
        self._http = httpx.Client(timeout=60)
        self._token_until = 0.0

    def run(self, query: str, *, anywhere: bool = False, **variables: Any) -> dict[str, Any]:
        """The data of the answer; `anywhere` lets any server process give it."""
        if time.monotonic() > self._token_until:
            self._token_until = time.monotonic() + TOKEN_SECONDS
            self._http.headers.pop("Authorization", None)
            token = self._send(LOGIN, self._credentials)["tokenCreate"]["token"]
            self._http.headers["Authorization"] = f"Bearer {token}"
        return self._send(query, variables, {"Connection": "close"} if anywhere else {})

    def page(self, path: str, *, method: str = "GET") -> httpx.Response:
        """A page beside GraphQL, from whichever server process answers."""
        return self._http.request(method, urljoin(self.url, path), headers={"Connection": "close"})

    def _send(
        self, query: str, variables: dict[str, Any], headers: dict[str, str] | None = None
    ) -> dict[str, Any]:
        answer = self._http.post(self.url, json={"query": query, "variables": variables}, headers=headers)
        body = answer.json()
        errors = list(body.get("errors") or [])
        for value in (body.get("data") or {}).values():
            if isinstance(value, dict):
                errors += value.get("errors") or []
        if errors:
            raise SaleorFailed(f"{errors} after {query.strip()[:80]}")
        data: dict[str, Any] = body["data"]
        return data
