"""The HTTP edges of the Saleor App: its manifest, its installation, its webhooks, its page in the dashboard."""

from flask import Blueprint

from portal.saleor_app import dashboard, views
from portal.saleor_app.installing import install

__all__ = ["blueprint", "install"]

blueprint = Blueprint("saleor_app", __name__, url_prefix="/saleor")
blueprint.register_blueprint(views.blueprint)
blueprint.register_blueprint(dashboard.blueprint)
