"""The team over three levels."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from flask import current_app, render_template, request, url_for
from flask_babel import gettext

from distribution.analytics.links import codes
from distribution.analytics.team import LEVELS, brought, team_page
from distribution.promotion.link import join_link
from portal.clock import now
from portal.database import unit
from portal.views.distributor.blueprint import blueprint, chosen, own_id, searched

_ACTIVE = timedelta(days=30)


@blueprint.get("/team", endpoint="team")
def page() -> str:
    """One level of the team."""
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
            before=_before(),
            search=search,
        )
        commission = brought(session, own_id())
        share = next(
            (code for code in codes(session, own_id(), since=now()) if code.kind == "link" and code.active),
            None,
        )
    return render_template(
        "pages/team.html",
        facts=facts,
        commission=commission,
        levels=LEVELS,
        level_names={level: _level_name(level) for level in LEVELS},
        search=search,
        show=show,
        join_url=join_link(current_app.extensions["settings"].portal_url, share.code) if share else None,
        join_code=share.code if share else None,
        join_text=gettext("Share products you like and earn with me:"),
        level_tabs=[
            (_tab_name(of), url_for("distributor.team", level=of, show=show), of == level, facts.counts[of])
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
        first_page=url_for("distributor.team", level=level, show=show, q=search) if _before() else None,
    )


def _level_name(level: int) -> str:
    return {
        1: gettext("Invited by you"),
        2: gettext("Second level"),
        3: gettext("Third level"),
    }[level]


def _tab_name(level: int) -> str:
    return {1: gettext("Invited by you"), 2: gettext("Second"), 3: gettext("Third")}[level]


def _before() -> UUID | None:
    try:
        return UUID(request.args.get("before", ""))
    except ValueError:
        return None
