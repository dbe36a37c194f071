"""The portal's application factory."""

from __future__ import annotations

from flask import Blueprint, Flask
from sqlalchemy import Engine
from werkzeug.middleware.proxy_fix import ProxyFix

from distribution.settings.environment import Settings
from portal import (
    api,
    assets,
    channels,
    components,
    compression,
    console,
    database,
    distributors,
    errors,
    formatting,
    health,
    i18n,
    login,
    metrics,
    news,
    payouts,
    people,
    preferences,
    queue,
    reaching,
    saleor_app,
    security,
    signing_in,
    webhooks,
    withdrawal_words,
    words,
)
from portal.installed import routes as installed
from portal.redirect import ClickRedirect
from portal.views import distributor, invited, joining, personal, public, rules, storefront, unsubscribe


def create_app(
    settings: Settings, engine: Engine, *, trusted_proxies: int = 0, testing: bool = False
) -> Flask:
    """The portal as a WSGI application.

    `trusted_proxies`: how many proxies in front of it may say who the client is. `testing` is Flask's.
    """
    app = Flask(__name__, static_folder=None)
    app.testing = testing
    app.extensions["settings"] = settings
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True

    database.install(app, engine)
    queue.install(app, settings)
    news.install(app, engine)
    security.install(app, secret_key=settings.secret_key, secure=settings.portal_url.startswith("https://"))
    compression.install(app)
    login.install(app)
    i18n.install(app)
    formatting.install(app)
    payouts.install(app)
    channels.install(app)
    people.install(app)
    reaching.install(app)
    words.install(app)
    withdrawal_words.install(app)
    assets.install(app)
    components.install(app)
    errors.install(app)
    metrics.install(app)
    distributors.install()
    signing_in.install(app)
    saleor_app.install(app, engine, settings)

    # Everything that answers, in one visible list.
    for blueprint in _blueprints():
        app.register_blueprint(blueprint)
    console.install(app)

    @app.context_processor
    def program_name() -> dict[str, object]:
        return {"program_name": database.program_settings().program_name}

    api.install(app, engine, settings)
    # A click is answered before Flask is asked: it is by far the most frequent request.
    app.wsgi_app = ClickRedirect(app.wsgi_app, engine=engine, settings=settings)
    if trusted_proxies:
        app.wsgi_app = ProxyFix(
            app.wsgi_app, x_for=trusted_proxies, x_proto=trusted_proxies, x_host=trusted_proxies
        )
    return app


def _blueprints() -> list[Blueprint]:
    return [
        health.blueprint,
        public.blueprint,
        storefront.blueprint,
        installed.blueprint,
        preferences.blueprint,
        webhooks.blueprint,
        unsubscribe.blueprint,
        saleor_app.blueprint,
        joining.blueprint,
        invited.blueprint,
        rules.blueprint,
        personal.blueprint,
        signing_in.blueprint,
        distributor.blueprint,
    ]
