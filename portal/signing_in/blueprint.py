"""The blueprint of every page of these ways in."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("signing_in", __name__)
