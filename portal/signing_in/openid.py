"""To an OpenID provider and back: what was begun in a browser is finished in it, once."""

from __future__ import annotations

import logging
import secrets
import time
from datetime import timedelta
from typing import Any
from uuid import UUID

from flask import abort, current_app, flash, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user

from distribution.access import providers, single_use
from distribution.access.errors import AlreadyLinked, CodeNotValid, ProviderNotFound
from distribution.access.identities import link
from distribution.access.single_use import Purpose
from distribution.access.tables import IdentityProvider
from distribution.adapters.openid.discovery import Known
from distribution.adapters.openid.errors import NotBelieved, ProviderRefused, ProviderUnreachable
from distribution.adapters.openid.flow import address_of_login, vouched_for
from distribution.adapters.openid.redeem import REDIRECT_PATH, Client
from distribution.signing_in.vouched import Vouched
from portal import throttle, tokens
from portal.clock import now
from portal.database import unit
from portal.login import holder_of, is_kind
from portal.payouts import cipher
from portal.security import address_of_client
from portal.signing_in.areas import AREAS
from portal.signing_in.arriving import arrive
from portal.signing_in.blueprint import blueprint
from portal.signing_in.codes import Arrival
from portal.urls import local_target

STATE = Purpose("openid", timedelta(minutes=10))
_RANDOM_BYTES = 32
_LONGEST = 4096
_KEY = "openid_state"
_KNOWN = "openid_providers"
_LOG = logging.getLogger("portal.signing_in")


@blueprint.get("/sign-in/<kind>/<uuid:provider_id>")
def to_provider(kind: str, provider_id: UUID) -> ResponseReturnValue:
    """Send somebody to log in at a provider; with `connect` the login there is connected to the one here."""
    area = AREAS.get(kind)
    if area is None:
        abort(404)
    if throttle.exceeded("openid", address_of_client(), limit=60, seconds=300):
        abort(429)
    with unit() as database:
        provider = _open_to(providers.by_id(database, provider_id), kind)
        client = _client(provider)
    state, nonce, verifier = (secrets.token_urlsafe(_RANDOM_BYTES) for _ in range(3))
    content = {
        "provider_id": str(provider_id),
        "kind": kind,
        "nonce": nonce,
        "verifier": verifier,
        "target": local_target(request.args.get("next"), url_for(area.home)),
        "person_id": str(current_user.id) if _may_connect(kind, provider_id) else None,
    }
    try:
        address = address_of_login(
            _known(provider.issuer), client, state=state, nonce=nonce, verifier=verifier
        )
    except ProviderUnreachable as error:
        return _failed(kind, error)
    with unit() as database:
        single_use.issue(database, STATE, code=state, content=content, cipher=cipher(), now=now())
    session[_KEY] = state
    return redirect(address, 303)


@blueprint.get(REDIRECT_PATH)
def from_provider() -> ResponseReturnValue:
    """Take what the provider sent back."""
    state = request.args.get("state", "")
    # Begun in this browser: a stranger's answer does not log anybody in to the stranger's account.
    if not state or not secrets.compare_digest(state.encode(), str(session.pop(_KEY, "")).encode()):
        return _failed("distributor", NotBelieved("the login was not begun in this browser"))
    try:
        with unit() as database:
            begun = single_use.use(database, STATE, code=state, cipher=cipher(), now=now())
    except CodeNotValid:
        return _failed("distributor", NotBelieved("the login was finished or begun too long ago"))
    kind = begun["kind"]
    try:
        vouched = _vouched(begun)
    except (ProviderUnreachable, ProviderRefused, NotBelieved, ProviderNotFound) as error:
        return _failed(kind, error)
    if begun["person_id"] is not None:
        return _connect(kind, begun, vouched)
    return arrive(Arrival(kind, vouched, begun["target"]))


def _vouched(begun: dict[str, Any]) -> Vouched:
    if "error" in request.args:
        raise ProviderRefused(f"the provider says {request.args['error'][:60]!r}")
    code = request.args.get("code", "")
    if not 1 <= len(code) <= _LONGEST:
        raise NotBelieved("there is no code")
    with unit() as database:
        provider = _open_to(providers.by_id(database, UUID(begun["provider_id"])), begun["kind"])
        client = _client(provider)
    return vouched_for(
        _known(provider.issuer),
        client,
        code=code,
        issuer_said=request.args.get("iss"),
        nonce=begun["nonce"],
        verifier=begun["verifier"],
        now=now(),
    )


def _connect(kind: str, begun: dict[str, Any], vouched: Vouched) -> ResponseReturnValue:
    """Who began it while logged in must still be."""
    area = AREAS[kind]
    if not is_kind(kind) or str(current_user.id) != begun["person_id"]:
        return redirect(url_for(area.login), 303)
    try:
        with unit() as database:
            link(
                database,
                kind,
                current_user.id,
                issuer=vouched.issuer,
                subject=vouched.subject,
                actor=holder_of(current_user).actor,
                now=now(),
            )
    except AlreadyLinked:
        flash(gettext("This account or this login is connected to another one already."), "bad")
    else:
        flash(gettext("Both logins are connected."), "good")
    return redirect(area.url("security"), 303)


def _may_connect(kind: str, provider_id: UUID) -> bool:
    """Asked for on their own page, in this very session."""
    asked = tokens.read_connect(request.args.get("connect", ""))
    return is_kind(kind) and asked == (current_user.login.id, str(provider_id))


def _client(provider: IdentityProvider) -> Client:
    sealed = provider.client_secret_encrypted
    return Client(
        client_id=provider.client_id,
        secret=None if sealed is None else cipher().open(sealed),
        redirect_uri=redirect_uri(),
    )


def redirect_uri() -> str:
    """What a provider is told of us."""
    return f"{current_app.extensions['settings'].portal_url}{url_for('signing_in.from_provider')}"


def _open_to(provider: IdentityProvider, kind: str) -> IdentityProvider:
    if not (provider.for_merchants if kind == "merchant" else provider.for_distributors):
        raise ProviderNotFound(provider.id)
    return provider


def _known(issuer: str) -> Known:
    found: dict[str, Known] = current_app.extensions.setdefault(_KNOWN, {})
    return found.setdefault(issuer, Known(issuer, time.monotonic))


def _failed(kind: str, error: Exception) -> ResponseReturnValue:
    _LOG.warning("a login elsewhere failed: %s; from %s", error, address_of_client())
    words = gettext("That login did not work. Try again, or log in here.")
    if isinstance(error, ProviderUnreachable):
        words = gettext("That login is not responding. Try again in a minute, or log in here.")
    flash(words, "bad")
    return redirect(url_for(AREAS[kind].login), 303)
