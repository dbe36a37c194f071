"""Nothing in the console answers a stranger, and nothing that changes anything answers without a role that may."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar, cast
from zoneinfo import ZoneInfo

from flask import abort, current_app, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from portal.clock import now
from portal.console.blueprint import blueprint
from portal.console.roles import Act, allowed
from portal.database import program_settings
from portal.login import is_kind, leave, to_login
from portal.securing.area import Wanted

KIND = "merchant"
LONGEST_SESSION = timedelta(hours=12)
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
View = TypeVar("View", bound=Callable[..., Any])


def needs(*acts: Act) -> Callable[[View], View]:
    """Only roles that may do one of these acts reach the view."""

    def mark(view: View) -> View:
        cast(Any, view).needed_acts = acts
        return view

    return mark


def open_to_strangers(view: View) -> View:
    """The view answers without a login: signing in and out."""
    cast(Any, view).open_to_strangers = True
    return view


def own_account(view: View) -> View:
    """What changes only the account of the one who asks is open to every role."""
    cast(Any, view).own_account = True
    return view


def may(act: str) -> bool:
    """Whether the one who asks may do that."""
    return is_kind(KIND) and allowed(current_user.role, Act(act))


@blueprint.before_request
def check() -> ResponseReturnValue | None:
    """Every request: a login, not too old, and for a change the role; a change that names no act is refused."""
    view = current_app.view_functions[request.endpoint or ""]
    if getattr(view, "open_to_strangers", False):
        return None
    if not is_kind(KIND):
        return to_login(KIND)
    if _is_stale():
        leave()
        return to_login(KIND)
    if _must_set_up() and not getattr(view, "own_account", False):
        if request.method not in _SAFE:
            abort(403)
        return redirect(url_for("console.security"), 303)
    acts = getattr(view, "needed_acts", ())
    harmless = request.method in _SAFE or getattr(view, "own_account", False)
    if not (any(may(act) for act in acts) if acts else harmless):
        abort(403)
    return None


def wanted_second_step(role: str) -> Wanted | None:
    """Whether the program wants a second step of this role, and from when on."""
    rules = program_settings().sign_in
    if role not in rules.second_factor_roles:
        return None
    today = now().astimezone(ZoneInfo(program_settings().time_zone)).date()
    return Wanted(
        rules.second_factor_from, rules.second_factor_from is None or today >= rules.second_factor_from
    )


def _must_set_up() -> bool:
    wanted = wanted_second_step(current_user.role)
    return wanted is not None and wanted.now and not current_user.login.second_factor


def _is_stale() -> bool:
    try:
        since = datetime.fromisoformat(session.get("since", ""))
    except ValueError:
        return True
    return datetime.now(UTC) - since > LONGEST_SESSION
