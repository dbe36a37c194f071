"""The console's pages by area, with how much waits on each."""

from __future__ import annotations

from typing import Any

from flask import g
from flask_babel import gettext

from distribution.analytics.console_waiting import Waiting, waiting
from portal.console.blueprint import blueprint
from portal.console.guard import KIND
from portal.database import unit
from portal.login import is_kind

Group = tuple[str | None, list[tuple[str, str, str, bool, int]]]


def groups(counts: Waiting) -> list[Group]:
    """Areas with their pages: endpoint, label, icon, whether in the phone's bottom bar, how many wait."""
    return [
        (None, [("console.overview", gettext("Overview"), "house", True, 0)]),
        (
            gettext("People"),
            [
                ("console.applications", gettext("Applications"), "user-plus", True, counts.applications),
                ("console.distributors", gettext("Distributors"), "users", False, 0),
                ("console.announcements", gettext("Announcements"), "megaphone", False, 0),
                ("console.personal_pages", gettext("Personal pages"), "circle-user", False, counts.pages),
            ],
        ),
        (
            gettext("Selling"),
            [
                ("console.orders", gettext("Orders"), "package", True, 0),
                ("console.customers", gettext("Customers"), "circle-user", False, 0),
                ("console.plan", gettext("Commission plan"), "percent", False, 0),
                ("console.materials", gettext("Materials"), "image", False, 0),
            ],
        ),
        (
            gettext("Money"),
            [
                ("console.reviews", gettext("Reviews"), "shield-check", False, 0),
                ("console.settlements", gettext("Settlements"), "layers", False, counts.settlements),
                (
                    "console.withdrawals",
                    gettext("Withdrawals"),
                    "hand-coins",
                    True,
                    counts.withdrawals + counts.payouts_unknown,
                ),
                ("console.adjustments", gettext("Adjustments"), "pencil", False, counts.adjustments),
                ("console.ledger", gettext("Ledger"), "landmark", False, 0),
                ("console.tax", gettext("Tax"), "receipt", False, 0),
            ],
        ),
        (
            gettext("Operations"),
            [
                ("console.inbox", gettext("Inbox and errors"), "inbox", False, counts.errors),
                ("console.verification", gettext("Verification"), "shield-check", False, 0),
                ("console.audit", gettext("Audit log"), "scroll-text", False, 0),
                ("console.installation", gettext("Installation"), "circle-check", False, 0),
            ],
        ),
        (
            gettext("Settings"),
            [
                ("console.program", gettext("Program"), "settings", False, 0),
                ("console.people", gettext("People and roles"), "circle-user", False, 0),
                ("console.sign_in", gettext("Signing in"), "lock", False, 0),
                ("console.tokens", gettext("API tokens"), "key-round", False, 0),
            ],
        ),
    ]


@blueprint.context_processor
def navigation() -> dict[str, Any]:
    """`console_groups` and `waits`; nothing is read for a stranger."""
    if not is_kind(KIND):
        return {}
    if "console_waits" not in g:
        with unit() as session:
            g.console_waits = waiting(session)
    return {"console_groups": groups(g.console_waits), "waits": g.console_waits}
