"""The personal pages of the demo: Emma's is public, Xiaoyun's waits for the merchant."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from distribution.demo.brand import ACTOR, EMMA, XIAOYUN
from distribution.demo.shop.catalogue import by_slug
from distribution.network.tables import Distributor
from distribution.personal_page.moderate import approve
from distribution.personal_page.write import submit

_EMMA = (
    "I brew before anybody else is awake. These are the things I would save from a fire, and the tea that taught"
    " me patience.\n\nAsk me anything about the first steep: it is always too long."
)
_XIAOYUN = "开一家小茶室，是我从小的愿望。\n这里是我自己每天用的茶和杯子，喜欢的话，替我泡一杯。"
_PAGES = (
    (EMMA, _EMMA, ("cloud-cups", "quiet-kettle", "morning-mist", "charcoal-oolong"), True),
    (XIAOYUN, _XIAOYUN, ("cloud-cups", "celadon-gaiwan", "morning-mist"), False),
)


def write_pages(session: Session, *, now: datetime) -> None:
    """Hand both in; the first is approved."""
    for login, words, slugs, approved in _PAGES:
        person = session.scalars(select(Distributor.id).where(Distributor.email == login.email)).one()
        found = [product.product_id for slug in slugs if (product := by_slug(slug)) is not None]
        handed_in = now - timedelta(days=2)
        version = submit(session, person, words=words, product_ids=found, found_by_search=True, now=handed_in)
        if approved:
            approve(session, version.id, actor=ACTOR, now=handed_in + timedelta(hours=3))
