"""Simulations of drafts."""

from __future__ import annotations

from portal.console.blueprint import blueprint


@blueprint.get("/plan/simulations")
def simulations() -> str:
    """Earlier simulations."""
    return ""
