"""The links that Emma and Xiaoyun saved, each from the first click on it."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from distribution.demo.sales import Click
from distribution.promotion.code import code_key
from distribution.promotion.codes import resolve
from distribution.promotion.saved.save import archive_link, save_link

_SINCE = timedelta(days=120)
_LINKS = {
    ("EMMA", "/"): (("market", "Flyer at the market"), ("bio", "Profile")),
    ("EMMA", "/products/cloud-cups"): (("cups-video", "Spring video"),),
    ("EMMA", "/products/first-matcha-kit"): (("matcha", "Spring video"), ("matcha-letter", "Newsletter")),
    ("XIAOYUN", "/"): (("pengyouquan", "朋友圈"),),
    ("XIAOYUN", "/products/cloud-cups"): (("douyin-beizi", "抖音视频"), ("qun-beizi", "茶友群")),
}
_PUT_AWAY = ("EMMA", "bio")


class Links:
    """Which saved link a click came by: of those who have some, two clicks in three."""

    def __init__(self, now: datetime) -> None:
        self._since = now - _SINCE
        self._ids: dict[tuple[str, str], UUID] = {}

    def followed(self, session: Session, click: Click) -> UUID | None:
        """The link of this click, saved if it is the first; None for who came by the code alone."""
        known = _LINKS.get((click.code, click.page), ())
        drawn = int(click.id[:2], 16)
        if click.at < self._since or not known or drawn % 3 == 0:
            return None
        slug, tag = known[drawn % len(known)]
        if (click.code, slug) not in self._ids:
            owner = resolve(session, [click.code])[code_key(click.code)].distributor_id
            saved = save_link(
                session, owner, path=click.page, slug=slug, tag=tag, suffix="demo", now=click.at
            )
            self._ids[click.code, slug] = saved.id
            if (click.code, slug) == _PUT_AWAY:
                archive_link(session, owner, slug, now=click.at + timedelta(days=30))
        return self._ids[click.code, slug]
