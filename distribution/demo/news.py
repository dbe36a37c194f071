"""What the demo's people were told of their last weeks, and an announcement of the shop's."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import text
from sqlalchemy.orm import Session

from distribution.announcement.audience import tell_announcement
from distribution.announcement.document import Words
from distribution.announcement.write import publish, save
from distribution.commission.telling import tell_sales
from distribution.settlement.settle import currencies
from distribution.settlement.telling import tell_released

_TOLD_OF = timedelta(days=30)
_READ = timedelta(days=4)
_ANNOUNCEMENT = Words(
    title_en="First flush: 2 % more until Sunday",
    title_zh="春茶上新：周日前佣金加两个点",
    text_en="The first teas of the year have arrived from Hangzhou.\n\nEvery order of a green tea earns you two points"
    " more until Sunday. Pictures for your posts are waiting under Links.",
    text_zh="今年的第一批春茶已从杭州到店。\n\n周日之前，每笔绿茶订单的佣金多两个百分点。推广图片已放在“链接”页面。",
)
_LONG_READ = text(
    "UPDATE distribution.notices SET read_at = at + interval '2 hours', planned_at = at WHERE at < :before"
)


def tell_news(session: Session, *, actor: str, now: datetime) -> None:
    """Tell of the last weeks' sales, and of the announcement; what is older than some days was read."""
    tell_sales(session, now=now, since=now - _TOLD_OF)
    tell_released(session, currencies(session), now=now)
    found = save(session, _ANNOUNCEMENT, actor=actor, now=now)
    publish(session, found.id, actor=actor, now=now)
    tell_announcement(session, found.id, now=now)
    session.execute(_LONG_READ, {"before": now - _READ})
