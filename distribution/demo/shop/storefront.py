"""The storefront: a shop window, a till, and Saleor's GraphQL address."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from importlib.metadata import version
from typing import Any
from uuid import uuid4

from babel.numbers import format_currency
from flask import Flask, Response, abort, jsonify, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from distribution.demo.shop import graphql
from distribution.demo.shop.catalogue import CHANNELS, by_sku, by_slug, products
from distribution.demo.shop.numbers import plain
from distribution.demo.shop.store import Checkout, ShopOrder, Store
from distribution.demo.shop.till import place
from distribution.demo.shop.words import WORDS
from distribution.errors import InvalidInput
from distribution.privacy.email import checked_email

_CHANNEL_COOKIE = "channel"
_BABEL = {"en": "en_IE", "zh": "zh_Hans_CN"}


def create_app(store: Store, *, portal_url: str, sold: Callable[[ShopOrder], None]) -> Flask:
    """The shop as a WSGI application; `sold` is told of each new order."""
    app = Flask(__name__)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    policy = (
        f"default-src 'none'; script-src 'self' {portal_url}; style-src 'self'; img-src 'self' data:; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )

    @app.context_processor
    def common() -> dict[str, Any]:
        channel = _channel()
        currency, language = CHANNELS[channel]
        return {
            "channel": channel,
            "other_channel": next(other for other in CHANNELS if other != channel),
            "language": language,
            "words": WORDS[language],
            "portal_url": portal_url,
            "price": lambda product, units=1: format_currency(
                Decimal(product.price[currency]) * units, currency, locale=_BABEL[language]
            ),
        }

    @app.after_request
    def headers(response: Response) -> Response:
        response.headers.setdefault("Content-Security-Policy", policy)
        response.headers.setdefault("X-Content-Type-Options", "nosniff")
        return response

    @app.get("/")
    def home() -> str:
        return render_template("home.html", products=products())

    @app.get("/products/<slug>")
    def product(slug: str) -> str:
        return render_template("product.html", product=by_slug(slug) or abort(404))

    @app.post("/products/<slug>")
    def to_the_till(slug: str) -> ResponseReturnValue:
        chosen = by_slug(slug) or abort(404)
        quantity = request.form.get("quantity", 1, int)
        if not 1 <= quantity <= chosen.most_at_once:
            abort(400)
        checkout = Checkout(str(uuid4()), _channel(), chosen.sku, quantity, {}, None)
        store.open_checkout(checkout)
        return redirect(url_for("till", checkout_id=checkout.id), 303)

    @app.get("/checkout/<checkout_id>")
    def till(checkout_id: str) -> ResponseReturnValue:
        checkout = store.checkout(checkout_id) or abort(404)
        if checkout.order_id is not None:
            return redirect(url_for("thanks", checkout_id=checkout.id))
        return render_template("till.html", checkout=checkout, product=by_sku(checkout.sku), wrong=None)

    @app.post("/checkout/<checkout_id>")
    def buy(checkout_id: str) -> ResponseReturnValue:
        checkout = store.checkout(checkout_id) or abort(404)
        try:
            email = checked_email(request.form.get("email", ""))
        except InvalidInput:
            page = render_template(
                "till.html",
                checkout=checkout,
                product=by_sku(checkout.sku),
                wrong=request.form.get("email", ""),
            )
            return page, 422
        order = place(store, checkout, email=email, key=uuid4(), now=datetime.now(UTC))
        if order is not None:
            sold(order)
        return redirect(url_for("thanks", checkout_id=checkout.id), 303)

    @app.get("/checkout/<checkout_id>/thanks")
    def thanks(checkout_id: str) -> ResponseReturnValue:
        checkout = store.checkout(checkout_id) or abort(404)
        order = store.order(checkout.order_id or "") or abort(404)
        return render_template("thanks.html", order=order, product=by_sku(checkout.sku))

    @app.get("/channel/<channel>")
    def switch(channel: str) -> ResponseReturnValue:
        if channel not in CHANNELS:
            abort(404)
        response = redirect(url_for("home"))
        response.set_cookie(_CHANNEL_COOKIE, channel, max_age=365 * 86_400, samesite="Lax")
        return response

    @app.route("/graphql/", methods=["POST"])
    def answer() -> Response:
        asked = request.get_json(silent=True) or {}
        found = graphql.answer(
            store, str(asked.get("query", "")), asked.get("variables") or {}, address=request.url_root
        )
        return Response(json.dumps(found, default=plain), content_type="application/json")

    @app.get("/plugins/global/distribution/health")
    def plugin_health() -> Response:
        """The shop tells of its orders itself, as the plugin would."""
        return jsonify(breaker="closed", version=version("saleor-distribution"))

    @app.get("/healthz")
    def healthz() -> Response:
        return Response("ok\n", content_type="text/plain")

    @app.errorhandler(404)
    def missing(_error: Exception) -> ResponseReturnValue:
        return make_response(render_template("missing.html"), 404)

    return app


def _channel() -> str:
    chosen = request.cookies.get(_CHANNEL_COOKIE)
    if chosen in CHANNELS:
        return str(chosen)
    return "china" if request.accept_languages.best_match(["en", "de", "fr", "zh"]) == "zh" else "europe"
