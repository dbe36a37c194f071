"""Materials are found by who they are for and what they are about; each use is counted."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from PIL import Image
from sqlalchemy.orm import Session

from distribution.errors import InvalidInput, NotFound
from distribution.media.keep import forget_unused, keep_picture, read
from distribution.media.picture import harmless
from distribution.promotion.material.draft import LINKED, MaterialDraft
from distribution.promotion.material.find import ANY_LANGUAGE, Reader, Wanted, material, materials, tags
from distribution.promotion.material.personal import own_picture, own_text
from distribution.promotion.material.tables import KINDS
from distribution.promotion.material.use import Uses, all_materials, count_use, users
from distribution.promotion.material.write import (
    add_material,
    archive_material,
    change_material,
    restore_material,
)
from distribution.promotion.qr import read_back
from tests.factories import ACTOR, EARLY, a_distributor

ANYTHING = Wanted()
LINK = "https://partners.example.com/r/ADA"


def titles(session: Session, reader: Reader, wanted: Wanted = ANYTHING) -> list[str]:
    return sorted(each.title for each in materials(session, reader, wanted))


def given(session: Session, title: str, **said: object) -> None:
    draft = MaterialDraft(**{"kind": "text", "title": title, "body": "words", **said})
    add_material(session, draft, actor=ACTOR, now=EARLY)


def test_an_audience_is_who_meets_all_it_asks(session: Session) -> None:
    given(session, "all")
    given(session, "gold", grades=("Gold", "Silver"))
    given(session, "germany", countries=("DE", "AT"))
    given(session, "german press", countries=("DE",), groups=("Press",))
    given(session, "chinese", language="zh_Hans")
    assert titles(session, Reader()) == ["all"]
    assert titles(session, Reader(grade="Gold", language="zh_Hans")) == ["all", "chinese", "gold"]
    assert titles(session, Reader(country="DE")) == ["all", "germany"]
    assert titles(session, Reader(country="DE", groups=["Press", "Schools"])) == [
        "all",
        "german press",
        "germany",
    ]


def test_a_language_hides_nothing_from_who_looks_for_it(session: Session) -> None:
    given(session, "every", scene="Gift")
    given(session, "english", language="en", scene="Breakfast")
    given(session, "chinese", language="zh_Hans", scene="早茶")
    given(session, "chinese for gold", language="zh_Hans", grades=("Gold",))
    reader, chinese = Reader(language="en"), Wanted(language="zh_Hans")
    assert titles(session, reader) == ["english", "every"]
    assert titles(session, reader, chinese) == ["chinese", "every"]
    assert titles(session, reader, Wanted(language=ANY_LANGUAGE)) == ["chinese", "english", "every"]
    assert tags(session, reader).scenes == ["Breakfast", "Gift"]
    assert tags(session, reader, chinese).scenes == ["Gift", "早茶"]
    assert tags(session, reader).languages == ["en", "zh_Hans"]
    for each in materials(session, reader, chinese):
        assert material(session, reader, each.id) == each
    [gold] = (
        each for each in materials(session, Reader(grade="Gold"), chinese) if each.title == "chinese for gold"
    )
    with pytest.raises(NotFound):
        material(session, reader, gold.id)


def test_they_are_found_by_what_they_are_about(session: Session) -> None:
    given(session, "a", product="Mug", campaign="Lantern Week", scene="Gift", body="Heavy in the hand 100%")
    given(session, "b", product="Pot", kind="video", address="https://v.example/1")
    reader = Reader()
    assert titles(session, reader, Wanted(product="Mug")) == ["a"]
    assert titles(session, reader, Wanted(kind="video")) == ["b"]
    assert titles(session, reader, Wanted(words="LANTERN")) == ["a"]
    assert titles(session, reader, Wanted(words="100%")) == ["a"]
    assert titles(session, reader, Wanted(words="%")) == ["a"]
    about = tags(session, reader)
    assert (about.kinds, about.products, about.campaigns, about.scenes) == (
        ["text", "video"],
        ["Mug", "Pot"],
        ["Lantern Week"],
        ["Gift"],
    )


def test_archived_is_shown_to_nobody_until_it_is_restored(session: Session) -> None:
    one = add_material(session, MaterialDraft("text", "one", "words"), actor=ACTOR, now=EARLY)
    change_material(session, one.id, MaterialDraft("text", "two", "words"), actor=ACTOR, now=EARLY)
    archive_material(session, one.id, actor=ACTOR, now=EARLY)
    with pytest.raises(NotFound):
        material(session, Reader(), one.id)
    assert [each.title for each, _ in all_materials(session, archived=True)] == ["two"]
    restore_material(session, one.id, actor=ACTOR, now=EARLY)
    assert material(session, Reader(), one.id).title == "two"


@pytest.mark.parametrize(
    "wrong, field",
    [
        ({"kind": "song"}, "kind"),
        ({"title": ""}, "title"),
        ({"body": ""}, "body"),
        ({"kind": "picture"}, "picture"),
        ({"kind": "video"}, "address"),
        ({"kind": "video", "address": "javascript:alert(1)"}, "address"),
        ({"kind": "live", "address": "http://live.example"}, "address"),
        ({"scene": "s" * 61}, "scene"),
    ],
)
def test_what_breaks_a_rule_is_refused_by_its_field(wrong: dict[str, str], field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        MaterialDraft(**{"kind": "text", "title": "t", "body": "b", **wrong}).check()
    assert refused.value.field == field


def test_every_use_is_counted_by_day_person_and_kind(session: Session) -> None:
    ada, eve = a_distributor(session, name="Ada"), a_distributor(session, name="Eve")
    one = add_material(session, MaterialDraft("text", "one", "words"), actor=ACTOR, now=EARLY)
    for person, use, day in ((ada, "view", 0), (ada, "view", 0), (ada, "copy", 1), (eve, "view", 2)):
        count_use(session, one.id, person.id, use, now=EARLY + timedelta(days=day))
    [(_, total)] = all_materials(session, archived=False)
    assert total == Uses(view=3, copy=1, people=2)
    assert [(name, used.view, used.copy) for _, name, used in users(session, one.id)] == [
        ("Ada", 2, 1),
        ("Eve", 1, 0),
    ]
    with pytest.raises(InvalidInput):
        count_use(session, one.id, ada.id, "burn", now=EARLY)


def test_ones_own_words_and_link_are_put_in() -> None:
    put = {"link": LINK, "code": "ADA", "name": "Ada {code} {link}"}
    own = f"See {LINK} – Ada {{code}} {{link}}, code ADA"
    assert own_text("See {link} – {name}, code {code}", **put) == own
    assert own_text("Plain words {brace}", **put) == f"Plain words {{brace}}\n{LINK}"
    assert own_text("", **put) == LINK


@pytest.mark.parametrize("kind", KINDS)
def test_words_of_every_kind_are_filled_in_and_name_address_and_link_once(kind: str) -> None:
    put = {"link": LINK, "code": "ADA", "name": "Ada L.", "address": "https://v.example/1"}
    if kind not in LINKED:
        put |= {"address": None}
    body, seen = "{name} says: use {code} at {link}", f"\n{put['address']}" if put["address"] else ""
    assert own_text(body, **put) == f"Ada L. says: use ADA at {LINK}{seen}"
    assert own_text("{name}, {code}", **put) == f"Ada L., ADA{seen}\n{LINK}"
    assert own_text("", **put) == f"{seen}\n{LINK}".strip()
    if seen:
        assert own_text("Look: https://v.example/1", **put) == f"Look: https://v.example/1\n{LINK}"


def test_a_picture_has_ones_code_below_and_is_kept_while_it_is_named(session: Session) -> None:
    file = io.BytesIO()
    Image.effect_noise((700, 500), 90).save(file, "PNG")
    digest = keep_picture(session, harmless(file.getvalue(), longest_side=1600), now=EARLY)
    draft = MaterialDraft("picture", "one", picture=digest)
    add_material(session, draft, actor=ACTOR, now=EARLY)
    assert forget_unused(session, before=EARLY + timedelta(days=9)) == 0
    kept = read(session, digest)
    assert kept is not None
    content = kept.content

    def shown() -> Image.Image:
        return Image.open(io.BytesIO(content))

    drawn = own_picture(shown(), link=LINK, name="林晓芸 🍵", by="推荐给你", invite="长按识别")
    assert read_back(Image.open(io.BytesIO(drawn))) == {LINK}
    assert own_picture(shown(), link=LINK, name="林晓芸 🍵", by="推荐给你", invite="长按识别") == drawn
