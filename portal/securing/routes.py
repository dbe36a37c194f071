"""The addresses of these pages, below `/account` of either kind of people."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial, update_wrapper
from typing import Any

from flask import Blueprint

from portal.securing import factor, identities, passkeys, proof, remembered, sessions, step
from portal.securing.area import Area

Mark = Callable[[Any], Any]
_PAGES: tuple[tuple[str, str, tuple[str, ...], Callable[..., Any]], ...] = (
    ("/account/security", "security", ("GET",), sessions.security),
    ("/account/second-step", "begin_second_step", ("POST",), factor.begin),
    ("/account/second-step/set-up", "set_up", ("GET", "POST"), factor.set_up),
    ("/account/second-step/codes", "renew_codes", ("GET", "POST"), factor.renew_codes),
    ("/account/second-step/off", "switch_off", ("GET", "POST"), factor.switch_off),
    ("/account/identities/<uuid:identity_id>/disconnect", "disconnect", ("POST",), identities.disconnect),
    ("/account/sessions/<uuid:session_id>/end", "end_session", ("POST",), sessions.end_one),
    ("/account/prove", "prove", ("GET", "POST"), proof.prove),
    ("/account/passkeys/new", "add_passkey", ("GET", "POST"), passkeys.add),
    ("/account/passkeys/<uuid:passkey_id>/remove", "remove_passkey", ("POST",), passkeys.remove),
    ("/account/remembered/<uuid:device_id>/forget", "forget_device", ("POST",), remembered.forget),
    ("/account/sessions/end-others", "end_other_sessions", ("POST",), sessions.end_others),
)


def add_pages(blueprint: Blueprint, area: Area, mark: Mark = lambda view: view) -> None:
    """Put the pages of one's own security into a blueprint; `mark` marks each view for its guard."""
    for rule, endpoint, methods, view in _PAGES:
        blueprint.add_url_rule(rule, endpoint, mark(_of(area, view)), methods=methods)


def add_second_step(blueprint: Blueprint, area: Area, mark: Mark = lambda view: view) -> None:
    """Put the second step of the login, and the login by passkey, beside its first."""
    by_passkey = mark(_of(area, passkeys.login))
    blueprint.add_url_rule("/login/passkey", "passkey_login", by_passkey, methods=("GET", "POST"))
    view = mark(_of(area, step.second_step))
    blueprint.add_url_rule("/login/code", "second_step", view, methods=("GET", "POST"))


def _of(area: Area, view: Callable[..., Any]) -> Callable[..., Any]:
    # Named like the view: protection against forged requests asks for the name.
    return update_wrapper(partial(view, area), view)
