"""What list and tree of the team have around them: levels, the way from one to the other, the invitation."""

from __future__ import annotations

from flask import current_app, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session

from distribution.analytics.share_code import share_code
from distribution.analytics.team import LEVELS, brought
from distribution.promotion.link import join_link
from portal.views.distributor.blueprint import own_id


def frame(session: Session, *, view: str) -> dict[str, object]:
    """What the templates of both need, whatever they show."""
    share = share_code(session, own_id())
    return {
        "commission": brought(session, own_id()),
        "levels": LEVELS,
        "level_names": {level: level_name(level) for level in LEVELS},
        "join_url": join_link(current_app.extensions["settings"].portal_url, share) if share else None,
        "join_code": share,
        "join_text": gettext("Share products you like and earn with me:"),
        "view": view,
        "view_tabs": [
            (gettext("List"), url_for("distributor.team"), view == "list"),
            (gettext("Tree"), url_for("distributor.team", view="tree"), view == "tree"),
        ],
    }


def level_name(level: int) -> str:
    """A level, as its card is called."""
    return {
        1: gettext("Invited by you"),
        2: gettext("Second level"),
        3: gettext("Third level"),
    }[level]
