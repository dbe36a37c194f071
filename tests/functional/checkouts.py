"""The checkouts of a Saleor, asked over GraphQL from another origin; errors and headers are as a real one gave them."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from graphql import build_schema, graphql_sync

from tests.serving import Handler, serving

SCHEMA = build_schema(Path(__file__).with_name("checkout.graphql").read_text("utf-8"))
Items = list[dict[str, str]]
_FROM_ANOTHER_ORIGIN = {
    "Access-Control-Allow-Credentials": "true",
    "Access-Control-Allow-Methods": "POST, OPTIONS",
    "Access-Control-Allow-Headers": "Origin, Content-Type, Accept, Authorization",
    "Vary": "Origin",
}


@dataclass
class Checkouts:
    """What the server knows, and how it fails."""

    url: str = ""
    metadata: dict[str, dict[str, str]] = field(default_factory=dict)
    updates: int = 0
    is_down: bool = False
    seconds: float = 0.0

    def new(self) -> str:
        """A checkout without metadata."""
        checkout_id = base64.b64encode(f"Checkout:{uuid4()}".encode()).decode()
        self.metadata[checkout_id] = {}
        return checkout_id

    def answer(self, body: dict[str, Any]) -> dict[str, Any]:
        """What GraphQL makes of a request."""
        root = {"checkout": self._find, "checkoutCreate": self._create, "updateMetadata": self._update}
        result = graphql_sync(SCHEMA, body["query"], root_value=root, variable_values=body.get("variables"))
        return dict(result.formatted)

    def _find(self, _info: Any, **given: str) -> dict[str, Any] | None:
        return self._shown(given["id"]) if given["id"] in self.metadata else None

    def _create(self, _info: Any, **given: dict[str, Any]) -> dict[str, Any]:
        checkout_id = self.new()
        self._write(checkout_id, given["input"].get("metadata") or [])
        return {"errors": [], "checkout": self._shown(checkout_id)}

    def _update(self, _info: Any, **given: Any) -> dict[str, Any]:
        self.updates += 1
        asked: str = given["id"]
        items: Items = given["input"]
        checkout_id = asked if asked in self.metadata else _from_token(asked)
        if checkout_id is None:
            return _refused(None, f"“{asked}” is not a valid UUID.", "INVALID")
        if checkout_id not in self.metadata:
            return _refused("id", f"Couldn't resolve to a node: {asked}", "NOT_FOUND")
        if any(not item["key"] for item in items):
            return _refused("input", "Metadata key cannot be empty.", "REQUIRED")
        self._write(checkout_id, items)
        return {"errors": [], "item": self._shown(checkout_id)}

    def _write(self, checkout_id: str, items: Items) -> None:
        self.metadata[checkout_id].update({item["key"]: item["value"] for item in items})

    def _shown(self, checkout_id: str) -> dict[str, Any]:
        entries = sorted(self.metadata[checkout_id].items())
        return {"id": checkout_id, "metadata": [{"key": key, "value": value} for key, value in entries]}


def _from_token(token: str) -> str | None:
    try:
        plain = token if "-" in token else base64.b64decode(token).decode().removeprefix("Checkout:")
        return base64.b64encode(f"Checkout:{UUID(plain)}".encode()).decode()
    except ValueError:
        return None


def _refused(field_name: str | None, message: str, code: str) -> dict[str, Any]:
    return {"errors": [{"field": field_name, "message": message, "code": code}], "item": None}


@contextmanager
def running_checkouts() -> Iterator[Checkouts]:
    """The server on a free port of this machine, until the block ends."""
    checkouts = Checkouts()

    class Asking(Handler):
        def do_OPTIONS(self) -> None:
            self.answer(b"")

        def do_POST(self) -> None:
            body = json.loads(self.asked())
            time.sleep(checkouts.seconds)
            if checkouts.is_down:
                self.answer(b"<html>gateway</html>", status=503)
            else:
                self.answer(json.dumps(checkouts.answer(body)).encode())

        def answer(self, content: bytes, *, status: int = 200) -> None:
            headers = {"Content-Type": "application/json"}
            if origin := self.headers["Origin"]:
                headers |= {"Access-Control-Allow-Origin": origin} | _FROM_ANOTHER_ORIGIN
            self.reply(content, status=status, **headers)

    with serving(Asking) as url:
        checkouts.url = f"{url}/graphql/"
        yield checkouts
