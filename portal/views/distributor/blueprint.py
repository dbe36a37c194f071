"""The blueprint every page of a distributor belongs to: nothing of it answers a stranger."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from distribution.analytics.paging import Cursor
from distribution.errors import InvalidInput
from distribution.leaving.under_way import waiting
from distribution.network.own_closing import rests_to_close
from portal.database import program_settings, unit
from portal.distributors import KIND
from portal.login import is_kind, to_login

blueprint = Blueprint("distributor", __name__)


# Who does not accept the terms may log out, take their data along and close the account.
_BEFORE_TERMS = frozenset(
    f"distributor.{name}"
    for name in ("accept_terms", "data", "ask_data", "fetch_data", "close_account", "keep_account", "prove")
)


@blueprint.before_request
def check() -> ResponseReturnValue | None:
    """A login as a distributor, with every request, and the terms in force accepted."""
    if not is_kind(KIND):
        return to_login(KIND)
    if request.endpoint in _BEFORE_TERMS or not _has_to_accept():
        return None
    target = request.full_path.rstrip("?") if request.method == "GET" else None
    return redirect(url_for("distributor.accept_terms", next=target if target != "/" else None), 303)


def _has_to_accept() -> bool:
    """Who is closing the account is asked for nothing new, and can withdraw what is theirs."""
    login = current_user.login
    if login is None or login.accepted_terms == program_settings().terms_version:
        return False
    with unit() as session:
        return waiting(session, own_id()) is None


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
