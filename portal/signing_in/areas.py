"""Both kinds of people, with what differs between them."""

from __future__ import annotations

from collections.abc import Mapping

from portal import distributors
from portal.console import merchants
from portal.securing.area import Area

AREAS: Mapping[str, Area] = {area.kind: area for area in (distributors.AREA, merchants.AREA)}
