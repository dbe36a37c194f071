"""Withdrawals."""
from __future__ import annotations
from flask import redirect, url_for, render_template
from portal.views.distributor.blueprint import blueprint

@blueprint.get("/withdrawals", endpoint="withdrawals")
def page():
    return "soon"

@blueprint.post("/account/methods", endpoint="add_method")
def add(): return "soon"
@blueprint.post("/account/methods/<uuid:method_id>/remove", endpoint="remove_method")
def remove(method_id): return "soon"
