"""One route of the API, declared once: what is matched, validated, documented and called all come from it."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any, TypeVar, get_type_hints

from pydantic import BaseModel, create_model

from portal.api.types import Answer, Request

_PARAMETER = re.compile(r"<(?:\w+:)?(\w+)>")
Handler = TypeVar("Handler", bound=Callable[..., Answer])


@dataclass(frozen=True, slots=True)
class Operation:
    """A method of a path (`rule` is its pattern for the router), with the function that carries it out.

    `handler` takes the call, the path's parameters by name, and `query` and `body` where it declares them. A token
    needs one of `scopes`.
    """

    method: str
    rule: str
    handler: Callable[..., Answer]
    scopes: tuple[str, ...]
    status: int
    path_model: type[BaseModel]
    query: type[Request] | None
    body: type[Request] | None
    answer: type[Answer]
    problems: frozenset[int]
    public: bool = False
    """Whether it answers anybody, the same to everybody: its handler is given no call."""

    @property
    def name(self) -> str:
        """What the OpenAPI document and the log call it."""
        return self.handler.__name__

    @property
    def tag(self) -> str:
        """The resource it belongs to."""
        return self.rule.split("/")[1]

    @property
    def path(self) -> str:
        """The path as OpenAPI writes it."""
        return _PARAMETER.sub(r"{\1}", self.rule)

    @property
    def body_required(self) -> bool:
        """Whether leaving the body out is an error."""
        return self.body is not None and any(field.is_required() for field in self.body.model_fields.values())

    @property
    def statuses(self) -> list[int]:
        """Every status of an error it may answer with."""
        if self.public:
            return sorted({422} | self.problems)
        found = {401, 403, 422, 429, 503} | self.problems
        # Also where an id is given a place: one that is "." or ".." gets lost on the way.
        if self.path_model.model_fields:
            found.add(404)
        if self.body is not None:
            found |= {400, 413, 415}
        if self.method == "POST":
            found.add(409)
        return sorted(found)


class Routes:
    """A list of operations that grows by decorating their handlers."""

    def __init__(self) -> None:
        self.operations: list[Operation] = []

    def get(
        self,
        rule: str,
        *,
        scopes: tuple[str, ...] = ("read",),
        problems: Collection[int] = (),
        public: bool = False,
    ) -> Callable[[Handler], Handler]:
        """Something to be read."""
        return self._add("GET", rule, scopes, 200, problems, public)

    def put(self, rule: str, *, scope: str, problems: Collection[int] = ()) -> Callable[[Handler], Handler]:
        """A state to be recorded."""
        return self._add("PUT", rule, (scope,), 200, problems)

    def post(
        self, rule: str, *, scope: str, status: int = 201, problems: Collection[int] = ()
    ) -> Callable[[Handler], Handler]:
        """An act, carried out once for each idempotency key."""
        return self._add("POST", rule, (scope,), status, problems)

    def _add(
        self,
        method: str,
        rule: str,
        scopes: tuple[str, ...],
        status: int,
        problems: Collection[int],
        public: bool = False,
    ) -> Callable[[Handler], Handler]:
        def add(handler: Handler) -> Handler:
            hints: dict[str, Any] = get_type_hints(handler, include_extras=True)
            parameters: dict[str, Any] = {name: (hints[name], ...) for name in _PARAMETER.findall(rule)}
            self.operations.append(
                Operation(
                    method=method,
                    rule=rule,
                    handler=handler,
                    scopes=scopes,
                    status=status,
                    path_model=create_model("Path", **parameters),
                    query=hints.get("query"),
                    body=hints.get("body"),
                    answer=hints["return"],
                    problems=frozenset(problems),
                    public=public,
                )
            )
            return handler

        return add
