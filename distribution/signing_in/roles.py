"""Which role of the console the shop's permissions make."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from distribution.settings.document import StaffRoles


def role_of(permissions: Collection[str], rules: StaffRoles) -> str | None:
    """The first role, from owner down, whose permissions are all there; None when there is none."""
    named: Mapping[str, list[str]] = rules.model_dump()
    return next((role for role, needed in named.items() if needed and set(needed) <= set(permissions)), None)
