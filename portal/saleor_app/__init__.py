"""The HTTP edges of the Saleor App: its manifest, its installation, its webhooks."""

from portal.saleor_app.installing import install
from portal.saleor_app.views import blueprint

__all__ = ["blueprint", "install"]
