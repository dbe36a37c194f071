"""A plan document as text: laid out the same way every time, each value found by its line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from distribution.commission.plan.document import (
    CampaignDocument,
    CapDocument,
    ConditionDocument,
    OwnSalesDocument,
    PlanDocument,
    RateDocument,
    StepDocument,
    TiersDocument,
    UplinesDocument,
)

_WIDE = 110
_INDENT = "  "
_ORDER: dict[str, type[BaseModel]] = {
    "": PlanDocument,
    "rates[]": RateDocument,
    "rates[].tiers": TiersDocument,
    "rates[].tiers.steps[]": StepDocument,
    "campaigns[]": CampaignDocument,
    "caps[]": CapDocument,
    "uplines": UplinesDocument,
    "uplines.conditions[]": ConditionDocument,
    "uplines.conditions[].own_sales": OwnSalesDocument,
}
_FIRST = {
    "rates[]": ("level", "bps", "fixed", "currency", "tiers"),
    "campaigns[]": ("name", "from", "to", "multiplier_bps", "bps", "fixed", "currency", "levels", "stacks"),
    "caps[]": ("per", "period"),
}


@dataclass(frozen=True, slots=True)
class Laid:
    """The text, and on which line each path stands."""

    text: str
    lines: dict[str, int]

    def line_of(self, path: str) -> int:
        """The line of a path, or of the nearest part of it that is written."""
        while path and path not in self.lines:
            path = path[: max(path.rfind("."), path.rfind("["), 0)]
        return self.lines.get(path, 1)


class NotJson(ValueError):
    """A text that is no JSON object; `line` is where reading ended."""

    def __init__(self, message: str, line: int) -> None:
        super().__init__(message)
        self.message = message
        self.line = line


def read(text: str) -> dict[str, Any]:
    """The document a text says; raises NotJson."""
    try:
        found = json.loads(text, object_pairs_hook=_once, parse_constant=_refuse, parse_float=_decimal)
    except json.JSONDecodeError as error:
        raise NotJson(error.msg, error.lineno) from None
    except RecursionError:
        raise NotJson("is nested too deeply", 1) from None
    except ValueError as error:
        raise NotJson(str(error), 1) from None
    if _is_deep(found):
        raise NotJson("is nested too deeply", 1)
    if not isinstance(found, dict):
        raise NotJson("must be an object: {…}", 1)
    # Neither can be stored or sent; JSON writes both.
    if "\\u0000" in text or "\x00" in text or any("\ud800" <= sign <= "\udfff" for sign in _texts(found)):
        raise NotJson("holds a character that cannot be kept", 1)
    return found


def lay_out(document: Any) -> Laid:
    """Rules on a line of their own where they fit, fields in the order of the rule book."""
    lines: dict[str, int] = {}
    written: list[str] = []
    _write(ordered(document), "", "", "", written, lines)
    return Laid("\n".join(written) + "\n", lines)


def ordered(value: Any, kind: str = "") -> Any:
    """The document with its fields in the order of the rule book; what it does not know comes last."""
    if isinstance(value, list):
        return [ordered(inner, f"{kind}[]") for inner in value]
    if not isinstance(value, dict):
        return value
    model = _ORDER.get(kind)
    fields = () if model is None else [field.alias or name for name, field in model.model_fields.items()]
    known = [name for name in dict.fromkeys([*_FIRST.get(kind, ()), *fields]) if name in value]
    names = [*known, *(name for name in value if name not in known)]
    return {name: ordered(value[name], f"{kind}.{name}" if kind else name) for name in names}


def _write(value: Any, path: str, key: str, tail: str, written: list[str], lines: dict[str, int]) -> None:
    depth = _INDENT * _depth(path)
    lines[path] = len(written) + 1
    short = depth + key + json.dumps(value, ensure_ascii=False) + tail
    if not value or not isinstance(value, dict | list) or (path and len(short) <= _WIDE and _flat(value)):
        written.append(short)
        for inner in _paths(value, path):
            lines[inner] = len(written)
        return
    opening, closing = ("{", "}") if isinstance(value, dict) else ("[", "]")
    written.append(depth + key + opening)
    last = len(value) - 1
    if isinstance(value, dict):
        for place, (name, inner) in enumerate(value.items()):
            where = f"{path}.{name}" if path else name
            label = f"{json.dumps(name, ensure_ascii=False)}: "
            _write(inner, where, label, "," if place < last else "", written, lines)
    else:
        for place, inner in enumerate(value):
            _write(inner, f"{path}[{place}]", "", "," if place < last else "", written, lines)
    written.append(depth + closing + tail)


def _depth(path: str) -> int:
    return path.count(".") + path.count("[") + 1 if path else 0


def _flat(value: Any) -> bool:
    """Whether it reads well on one line: no list of objects within."""
    inner = value.values() if isinstance(value, dict) else value
    return not any(
        isinstance(each, list) and any(isinstance(one, dict) for one in each) for each in inner
    ) and not (isinstance(value, list) and any(isinstance(each, dict) for each in value))


def _paths(value: Any, path: str) -> Iterator[str]:
    if isinstance(value, dict):
        for name, inner in value.items():
            where = f"{path}.{name}" if path else name
            yield where
            yield from _paths(inner, where)
    elif isinstance(value, list):
        for place, inner in enumerate(value):
            yield f"{path}[{place}]"
            yield from _paths(inner, f"{path}[{place}]")


def _is_deep(value: Any, most: int = 30) -> bool:
    if not isinstance(value, dict | list):
        return False
    inner = value.values() if isinstance(value, dict) else value
    return most == 0 or any(_is_deep(each, most - 1) for each in inner)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"{twice!r} occurs twice in one object")
    return found


def _refuse(text: str) -> Any:
    raise ValueError(f"{text} is no number of JSON")


def _decimal(text: str) -> Any:
    # No number of a plan has decimals: what is read here is kept for one purpose, to be refused at its path.
    found = float(text)
    if found in (float("inf"), float("-inf")):
        raise ValueError(f"{text} is too large")
    return found


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield from value
    elif isinstance(value, dict):
        for name, inner in value.items():
            yield from name
            yield from _texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner)
