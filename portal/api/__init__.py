"""The API for other programs, `/api/v1`: its routes, models and OpenAPI document come from the same declarations."""

from __future__ import annotations

from typing import Any

from portal.api.mount import PREFIX, install
from portal.api.openapi import describe
from portal.api.resources import OPERATIONS

__all__ = ["PREFIX", "document", "install"]


def document() -> dict[str, Any]:
    """The API's description, OpenAPI 3.1."""
    return describe(OPERATIONS)
