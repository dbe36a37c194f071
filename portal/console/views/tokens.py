"""API tokens: made, shown once, revoked."""

from __future__ import annotations

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from distribution.analytics.console_access import api_tokens
from distribution.errors import DomainError
from distribution.settings.tokens import create, new_secret, revoke
from portal.console.acting import acted, actor, now, put_errors
from portal.console.blueprint import blueprint
from portal.console.forms.tokens import TokenForm
from portal.console.guard import needs
from portal.console.roles import Act
from portal.database import unit


@blueprint.get("/tokens")
def tokens() -> str:
    """Every token, without its secret."""
    return _page(TokenForm(formdata=None))


@blueprint.post("/tokens")
@needs(Act.MANAGE_ACCESS)
def add_token() -> ResponseReturnValue:
    """Make a token; this answer alone holds its secret."""
    form = TokenForm()
    if not form.validate_on_submit():
        return _page(form), 422
    secret = new_secret()
    try:
        with unit() as session:
            create(
                session,
                name=form.name.data,
                secret=secret,
                scopes=form.scopes.data,
                source=form.source.data.strip() or None,
                actor=actor(),
                now=now(),
            )
    except DomainError as error:
        put_errors(form, error)
        return _page(form), 422
    return _page(TokenForm(formdata=None), secret=secret, secret_name=form.name.data)


@blueprint.post("/tokens/revoke")
@needs(Act.MANAGE_ACCESS)
def revoke_token() -> ResponseReturnValue:
    """End a token."""
    return acted(
        lambda session: revoke(session, request.form.get("name", ""), actor=actor(), now=now()),
        done=gettext("The token is revoked: whoever uses it is refused from now on."),
        then=url_for("console.tokens"),
    )


def _page(form: TokenForm, **shown: str) -> str:
    with unit() as session:
        rows = api_tokens(session)
    return render_template("console/tokens.html", rows=rows, form=form, **shown)
