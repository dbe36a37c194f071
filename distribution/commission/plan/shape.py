"""A plan document as its shape is read: every wrong field by the path its writer knows, in the words of a plan."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from distribution.commission.plan.document import PlanDocument
from distribution.commission.plan.selector import WHATS, WHOS
from distribution.errors import InvalidInput


def shape(document: Mapping[str, Any]) -> PlanDocument:
    """The document with every field of the right kind.

    Raises InvalidInput naming the path of the first that is not, and all of them in `errors`.
    """
    for path in _nulls(document, ""):
        raise wrong(path, "must not be null; leave it out where it does not matter")
    try:
        return PlanDocument.model_validate(dict(document))
    except ValidationError as error:
        errors = [
            {"field": _path(document, item["loc"]), "message": _message(item)}
            for item in error.errors(include_url=False, include_context=False, include_input=False)
        ]
        first = errors[0]
        raise InvalidInput(
            f"{first['field']}: {first['message']}", field=first["field"], errors=errors
        ) from None


def _path(document: Any, location: Iterable[int | str]) -> str:
    path, here = "", document
    for part in location:
        if isinstance(here, str):
            # One text stands for a list of one; whoever wrote it knows of no index.
            break
        path += f"[{part}]" if isinstance(part, int) else f".{part}" if path else part
        here = _within(here, part)
    return path or "plan"


def _within(value: Any, part: int | str) -> Any:
    try:
        return value[part]
    except (KeyError, IndexError, TypeError):
        return None


_SELECTORS = frozenset({*WHATS, *WHOS, "channel"})
_MESSAGES = {
    "extra_forbidden": "is not part of a plan",
    "missing": "is required",
    "model_type": "must be an object",
    "model_attributes_type": "must be an object",
    "dict_type": "must be an object",
    "list_type": "must be a list",
    "string_type": "must be text",
    "int_type": "must be a whole number",
    "bool_type": "must be true or false",
}


def _message(item: ErrorDetails) -> str:
    if item["type"] == "list_type" and item["loc"][-1] in _SELECTORS:
        return "must be one text or a list of texts"
    return _MESSAGES.get(item["type"]) or item["msg"].replace("Input should be", "must be", 1)


def _nulls(value: Any, path: str) -> Iterator[str]:
    if value is None:
        yield path
    elif isinstance(value, Mapping):
        for key, each in value.items():
            yield from _nulls(each, f"{path}.{key}" if path else str(key))
    elif isinstance(value, list):
        for index, each in enumerate(value):
            yield from _nulls(each, f"{path}[{index}]")


def wrong(path: str, rule: str) -> InvalidInput:
    """A rule of plans that the value at `path` breaks."""
    return InvalidInput(f"{path}: {rule}", field=path)
