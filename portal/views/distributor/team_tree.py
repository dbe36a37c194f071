"""The team over three levels, as a tree."""

from __future__ import annotations

from uuid import UUID

from flask import render_template, url_for

from distribution.analytics.team_ties import team_ties
from distribution.analytics.team_tree import Branch, team_tree
from portal.database import unit
from portal.payouts import cipher
from portal.views.distributor.blueprint import own_id
from portal.views.distributor.team_frame import frame

_OPEN = 30
"""As many rows are shown at once; in a bigger tree what is below each waits to be opened."""


def tree_page(*, of: UUID | None, before: UUID | None) -> str:
    """The tree below the reader, or below the member `of` of their team."""
    with unit() as session:
        facts = team_tree(session, own_id(), of=of, before=before)
        around = frame(session, team_ties(session, own_id(), cipher=cipher()), view="tree")
    top = facts.top.id if facts.top else None
    rows = sum(_rows(branch) for branch in facts.branches)
    return render_template(
        "pages/team.html",
        facts=facts,
        is_open=rows <= _OPEN,
        next_page=url_for("distributor.team", view="tree", of=top, before=facts.next) if facts.next else None,
        first_page=url_for("distributor.team", view="tree", of=top) if before else None,
        **around,
    )


def _rows(branch: Branch) -> int:
    return 1 + sum(_rows(each) for each in branch.below)
