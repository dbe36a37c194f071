"""The HTTP edges of the Saleor App: manifest, installation, webhooks, the page in the dashboard, the shop's people."""

from flask import Blueprint

from portal.saleor_app import dashboard, handing_over, views
from portal.saleor_app.installing import install

__all__ = ["blueprint", "install"]

blueprint = Blueprint("saleor_app", __name__, url_prefix="/saleor")
blueprint.register_blueprint(views.blueprint)
blueprint.register_blueprint(dashboard.blueprint)
blueprint.register_blueprint(handing_over.blueprint)
