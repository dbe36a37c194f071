"""The blueprint every page of a distributor belongs to: nothing of it answers a stranger."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from distribution.analytics.paging import Cursor
from distribution.errors import InvalidInput
from distribution.network.own_closing import rests_to_close
from portal.database import unit
from portal.distributors import KIND
from portal.login import is_kind, to_login

blueprint = Blueprint("distributor", __name__)


@blueprint.before_request
def check() -> ResponseReturnValue | None:
    """A login as a distributor, with every request."""
    return None if is_kind(KIND) else to_login(KIND)


def own_id() -> UUID:
    """Whose pages these are; every read and verb of this blueprint is given this id and no other."""
    found: UUID = current_user.id
    return found


@blueprint.app_template_global()
def closes_own() -> bool:
    """Whether who is logged in rests because they are closing their account: asked of who is suspended only."""
    with unit() as session:
        return rests_to_close(session, own_id())


def actor() -> str:
    """Who acts, as the audit log names them."""
    return f"distributor:{current_user.id}"


def chosen(name: str, allowed: tuple[str, ...]) -> str:
    """A parameter of the address with a known set of values; the first where it is missing or another."""
    wanted = request.args.get(name, "")
    return wanted if wanted in allowed else allowed[0]


def cursor() -> Cursor | None:
    """Where in a list the reader is; the beginning when the address says nonsense."""
    try:
        return Cursor.parse(request.args.get("after"))
    except InvalidInput:
        return None


def searched(longest: int = 60) -> str | None:
    """What is searched for, if anything."""
    return request.args.get("q", "").strip()[:longest].replace("\x00", "") or None
