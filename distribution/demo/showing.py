"""What the demo's distributors show to their friends: the shop's materials, and two posters."""

from __future__ import annotations

from datetime import datetime, timedelta
from importlib.resources import files
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from distribution.demo.brand import ACTOR, EMMA, PROGRAM, XIAOYUN
from distribution.demo.shop.catalogue import CHANNELS, by_slug
from distribution.media.keep import keep_picture
from distribution.media.own import put_logo
from distribution.media.picture import harmless
from distribution.network.shown import name_for_others
from distribution.network.tables import Distributor
from distribution.promotion.link import referral_link
from distribution.promotion.material.draft import MaterialDraft
from distribution.promotion.material.use import count_use
from distribution.promotion.material.write import add_material
from distribution.promotion.poster.ask import ask
from distribution.promotion.poster.spec import PosterSpec

_SIDE = 1200
_VIDEO, _LIVE = "https://www.youtube.com/@kilnandcloud", "https://live.kiln-and-cloud.example/tonight"
_ADVICE = (
    "I switched to loose leaf a year ago and never looked back."
    " Start with the Morning Mist, it forgives everything: {link} – {name}"
)
_ADVICE_ZH = "喝了一年的散茶，再也回不去了。新手从晨雾绿茶开始，怎么泡都不苦：{link} —— {name}"
_OFFICE = "An office that gave up its coffee machine"
_NIGHTS = "Two nights over longan charcoal"
_ENGLISH: tuple[tuple[str, str, str, str | None, str, str], ...] = (
    # Kind, title, words, product, campaign, occasion.
    ("picture", "Two cups, one cloud", "The pair I drink from every morning: {link}", "cloud-cups", "", "Gift"),
    ("text", "What I say when friends ask", _ADVICE, "morning-mist", "", "Morning"),
    ("poster", "Charcoal oolong, ready to print", _NIGHTS, "charcoal-oolong", "Lantern Week", "Evening"),
    ("video", "Gongfu tea in four minutes", "How to brew it, without a word too many.", None, "", "Learning"),
    ("use_case", _OFFICE, "Eleven people, one kettle, a month.", "quiet-kettle", "", "Office"),
    ("picture", "A kettle for life", "Cast iron, made to be inherited.", "quiet-kettle", "Lantern Week", "Gift"),
    ("live", "Tonight at eight: tasting the spring harvest", "Come and drink along.", None, "Lantern Week", "Evening"),
)  # fmt: skip
_CHINESE: tuple[tuple[str, str, str, str | None, str, str], ...] = (
    ("picture", "云朵对杯，一人一只", "每天早上都用它，釉色像雨后的云：{link}", "cloud-cups", "", "送礼"),
    ("text", "朋友问起时，我会这样说", _ADVICE_ZH, "morning-mist", "", "早晨"),
    ("poster", "炭焙乌龙海报", "龙眼木炭慢焙两夜，深蜜与暖石的气息", "charcoal-oolong", "花灯周", "夜晚"),
    ("video", "四分钟学会工夫茶", "不多一句废话，跟着做就会。", None, "", "学习"),
    ("live", "今晚八点：春茶开汤", "一起喝一杯。", None, "花灯周", "夜晚"),
)  # fmt: skip


def give_materials(session: Session, *, now: datetime) -> None:
    """The shop's logo and what it gives to forward, in both languages, with a little use of it."""
    put_logo(session, _art("mark"), actor=ACTOR, now=now)
    people = _people(session)
    for language, channel, entries in (("zh_Hans", "china", _CHINESE), ("en", "europe", _ENGLISH)):
        for index, (kind, title, body, slug, campaign, scene) in enumerate(entries):
            given_at = now - timedelta(days=3 * (len(entries) - index))
            product = by_slug(slug) if slug else None
            pictured = product if kind == "picture" else None
            material = add_material(
                session,
                MaterialDraft(
                    kind=kind,
                    title=title,
                    body=body,
                    address={"video": _VIDEO, "live": _LIVE, "use_case": _VIDEO}.get(kind),
                    picture=_kept(session, pictured.art, now=now) if pictured else None,
                    language=language,
                    channel=channel if product else None,
                    product_id=product.product_id if product else None,
                    product=product.name[CHANNELS[channel][1]] if product else "",
                    path=f"/products/{product.slug}" if product else "",
                    campaign=campaign,
                    scene=scene,
                    template="moments" if kind == "poster" else None,
                    palette="porcelain" if kind == "poster" else None,
                ),
                actor=ACTOR,
                now=given_at,
            )
            for number, person in enumerate(people):
                for use in ("view", "copy", "view", "share", "download")[: 5 - number - index % 2]:
                    count_use(session, material.id, person, use, now=given_at + timedelta(days=1))


def ask_for_posters(session: Session, portal_url: str, *, now: datetime) -> None:
    """A poster each for Emma and Xiaoyun; a worker draws them."""
    emma, xiaoyun = _people(session)
    words = (
        (emma, "EMMA", "europe", "charcoal-oolong", _NIGHTS, "€18.50",
         "recommends this", "Press and hold, or scan, to see it", "porcelain"),
        (xiaoyun, "XIAOYUN", "china", "cloud-cups", "雨后的云，握在手心里", "¥188.00",
         "推荐给你", "长按或扫码，进店看看", "vermilion"),
    )  # fmt: skip
    for person, code, channel, slug, headline, price, by, invite, palette in words:
        product = by_slug(slug)
        if product is None:
            continue
        spec = PosterSpec(
            link=referral_link(portal_url, code, f"/products/{slug}"),
            palette=palette,
            headline=headline,
            product=product.name[CHANNELS[channel][1]],
            price=price,
            person=name_for_others(session, person),
            by=by,
            invite=invite,
            program=PROGRAM,
            picture=_kept(session, product.art, now=now).hex(),
            logo=keep_picture(session, harmless(_art("mark"), longest_side=640), now=now).hex(),
        )
        ask(session, person, spec, now=now)


def _people(session: Session) -> list[UUID]:
    by_email = {
        row.email: row.id
        for row in session.execute(
            select(Distributor.email, Distributor.id).where(
                Distributor.email.in_([EMMA.email, XIAOYUN.email])
            )
        )
    }
    return [by_email[EMMA.email], by_email[XIAOYUN.email]]


def _kept(session: Session, art: str, *, now: datetime) -> bytes:
    return keep_picture(session, harmless(_art(art), longest_side=_SIDE), now=now)


def _art(name: str) -> bytes:
    return files("distribution.demo.shop").joinpath("static", "art", f"{name}.webp").read_bytes()
