"""The audit log."""

from __future__ import annotations

from flask import render_template, request

from distribution.analytics.console_audit import ACTOR_KINDS, AuditFilter, audit_log
from distribution.audit.record import SUBJECT_TYPES
from portal.console.blueprint import blueprint
from portal.console.words import ACTIONS
from portal.database import unit


@blueprint.get("/audit")
def audit() -> str:
    """Acts, newest first."""
    asked = request.args
    wanted = AuditFilter(
        actor=asked.get("actor", ""),
        actor_kind=asked.get("actor_kind", ""),
        subject_type=asked.get("subject_type", ""),
        subject_id=asked.get("subject_id", ""),
        action=asked.get("action", ""),
    )
    with unit() as session:
        page = audit_log(session, wanted, cursor=asked.get("cursor"))
    return render_template(
        "console/audit.html",
        page=page,
        wanted=wanted,
        actor_kinds=ACTOR_KINDS,
        subject_types=SUBJECT_TYPES,
        actions=list(ACTIONS),
    )
