"""The team over three levels, as a list."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from flask import render_template, request, url_for
from flask_babel import gettext

from distribution.analytics.team import LEVELS, team_page
from distribution.analytics.team_ties import team_ties
from portal.clock import now
from portal.database import unit
from portal.payouts import cipher
from portal.views.distributor.blueprint import blueprint, chosen, own_id, searched
from portal.views.distributor.team_frame import frame
from portal.views.distributor.team_tree import tree_page

_ACTIVE = timedelta(days=30)


@blueprint.get("/team", endpoint="team")
def page() -> str:
    """One level of the team, or its tree."""
    before = _id("before")
    return tree_page(of=_id("of"), before=before) if request.args.get("view") == "tree" else _list(before)


def _list(before: UUID | None) -> str:
    level = int(chosen("level", ("1", "2", "3")))
    show = chosen("show", ("all", "active"))
    search = searched()
    with unit() as session:
        facts = team_page(
            session,
            own_id(),
            level=level,
            active_since=now() - _ACTIVE,
            active_only=show == "active",
            before=before,
            search=search,
            cipher=cipher(),
        )
        ties = team_ties(session, own_id(), cipher=cipher())
        around = frame(session, ties, view="list")
    return render_template(
        "pages/team.html",
        facts=facts,
        search=search,
        show=show,
        level_tabs=[
            (_tab_name(of), url_for("distributor.team", level=of, show=show), of == level, ties.counts[of])
            for of in LEVELS
        ],
        show_tabs=[
            (gettext("All"), url_for("distributor.team", level=level, q=search), show == "all"),
            (
                gettext("Sold in 30 days"),
                url_for("distributor.team", level=level, q=search, show="active"),
                show == "active",
            ),
        ],
        next_page=url_for("distributor.team", level=level, show=show, q=search, before=facts.next)
        if facts.next
        else None,
        first_page=url_for("distributor.team", level=level, show=show, q=search) if before else None,
        **around,
    )


def _tab_name(level: int) -> str:
    return {1: gettext("Invited by you"), 2: gettext("Second"), 3: gettext("Third")}[level]


def _id(name: str) -> UUID | None:
    try:
        return UUID(request.args.get(name, ""))
    except ValueError:
        return None
