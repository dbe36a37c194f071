"""What the console's templates may call."""

from __future__ import annotations

import json
from typing import Any

from flask import Flask, request, url_for

from distribution.money import to_minor
from portal.console.guard import may
from portal.console.plans.words import campaign_line, scope_words, value_words
from portal.console.words import named, who
from portal.formatting import money


def here(**changes: Any) -> str:
    """The address of this page with some parameters changed; an empty one is left out, and so is the cursor."""
    kept = {**request.view_args, **request.args.to_dict()} if request.view_args else request.args.to_dict()
    kept.pop("cursor", None)
    kept.update(changes)
    values = {name: value for name, value in kept.items() if value not in (None, "")}
    return url_for(request.endpoint or "console.overview", **values)


def whole(units: int, currency: str) -> str:
    """Whole units of a currency, as money."""
    return money(to_minor(units, currency), currency)


def plain_json(value: Any) -> str:
    """A document for people to read."""
    return json.dumps(value, indent=2, ensure_ascii=False, sort_keys=True, default=str)


def install(app: Flask) -> None:
    """Give templates `may`, `here`, and the filters of the console."""
    app.jinja_env.globals.update(may=may, here=here)
    app.add_template_filter(named)
    app.add_template_filter(who)
    app.add_template_filter(plain_json)
    app.add_template_filter(whole)
    app.add_template_filter(value_words, "rate_value")
    app.add_template_filter(scope_words, "rule_scope")
    app.add_template_filter(campaign_line)
