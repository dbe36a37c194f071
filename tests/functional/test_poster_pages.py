"""The poster maker and the code in colours, as a distributor without scripts uses them."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from html import unescape
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import Engine, select, text

from distribution.db import transaction
from distribution.media.keep import keep_picture, read
from distribution.media.picture import harmless
from distribution.network import find
from distribution.network.shown import change_shown
from distribution.orders.catalogue import Item, keep
from distribution.orders.offers import Offer, keep_offers
from distribution.personal_page.write import submit
from distribution.privacy.masking import masked_name
from distribution.promotion.material.draft import MaterialDraft
from distribution.promotion.material.personal import own_picture
from distribution.promotion.material.use import Uses, all_materials
from distribution.promotion.material.write import add_material, archive_material
from distribution.promotion.poster.ask import waiting
from distribution.promotion.poster.make import make
from distribution.promotion.poster.tables import Poster
from distribution.promotion.qr import read_back
from jobs.posters import make_waiting
from portal.promoting.drawn import DRAWINGS
from portal.throttle import exceeded, forget
from tests.functional.conftest import LivePortal, token_of
from tests.functional.queries import queries
from tests.functional.world import World

NOW = datetime.now(UTC)


@pytest.fixture(autouse=True)
def shown(lived_in_engine: Engine) -> Iterator[None]:
    mug = Offer("product", "p-1", "mug", "Stoneware mug", None, 1800, "USD")
    with transaction(lived_in_engine) as session:
        keep(session, "channel", [Item("us", "America")], began_at=NOW)
        keep_offers(session, "us", "product", [mug], began_at=NOW)
    yield
    with transaction(lived_in_engine) as session:
        for table in ("catalogue_offers", "posters", "portraits", "material_uses", "materials"):
            session.execute(text(f"DELETE FROM distribution.{table}"))


def photo() -> io.BytesIO:
    file = io.BytesIO()
    Image.new("RGB", (900, 700), "#a77").save(file, "JPEG")
    file.seek(0)
    return file


def test_a_poster_is_looked_at_made_and_taken_along(
    hero: FlaskClient, lived_in_engine: Engine, world: World
) -> None:
    html = hero.get("/posters?channel=us").get_data(as_text=True)
    [tile] = re.findall(r'class="offer" href="([^"]+)"', html)
    html = hero.get(unescape(tile)).get_data(as_text=True)
    assert "Stoneware mug" in html
    chosen = {
        "channel": "us",
        "product": "p-1",
        "headline": "Heavy in the hand 🍵",
        "palette": "night",
        "template": "card",
    }
    look = hero.post("/posters", data={**chosen, "act": "look", "csrf_token": token_of(hero, "/posters")})
    assert look.status_code == 303
    html = hero.get(look.location).get_data(as_text=True)
    assert "Left out, no font of ours has them: 🍵" in " ".join(re.sub(r"<[^>]+>", "", html).split())
    [preview] = re.findall(r'src="(/posters/preview.jpg[^"]+)"', html)
    small = Image.open(io.BytesIO(hero.get(unescape(preview)).data))
    assert small.size == (540, 720)
    made = hero.post("/posters", data={**chosen, "act": "make", "csrf_token": token_of(hero, "/posters")})
    waits = hero.get(made.location).get_data(as_text=True)
    assert '<noscript><meta http-equiv="refresh"' in waits
    assert 'class="skeleton' in waits
    assert hero.get(f"{made.location}/state").json == {"waiting": True}
    assert "Being made" in hero.get("/posters").get_data(as_text=True)
    with transaction(lived_in_engine) as session:
        [poster_id] = waiting(session)
        make(session, poster_id, now=NOW)
    html = hero.get(made.location).get_data(as_text=True)
    assert 'http-equiv="refresh"' not in html
    assert hero.get(f"{made.location}/state").json == {"waiting": False}
    picture = hero.get(f"{made.location}/poster.png?download=1")
    assert picture.headers["Content-Disposition"] == 'attachment; filename="poster-card.png"'
    [link] = read_back(Image.open(io.BytesIO(picture.data)))
    assert link.endswith(f"/r/{world.code}?to=/products/mug")
    assert hero.get(f"{made.location}/poster.pdf").data.startswith(b"%PDF")
    assert hero.get(f"{made.location}/small.jpg").mimetype == "image/jpeg"
    assert made.location.rpartition("/")[2] in hero.get("/posters").get_data(as_text=True)


def test_ones_own_picture_is_put_in_and_taken_out(hero: FlaskClient) -> None:
    csrf = token_of(hero, "/posters")
    sent = {"portrait": (photo(), "me.jpg"), "csrf_token": csrf, "next": "/links/code"}
    assert hero.post("/portrait", data=sent).location == "/links/code"
    assert hero.get("/portrait").mimetype == "image/jpeg"
    html = hero.get("/links/code?middle=portrait&dark=%230b6b50&light=%23ffffff").get_data(as_text=True)
    [code] = re.findall(r'src="(/links/code.png[^"]+)"', html)
    assert len(read_back(Image.open(io.BytesIO(hero.get(unescape(code)).data)))) == 1
    hero.post("/portrait/remove", data={"csrf_token": csrf, "next": "/links/code"})
    assert hero.get("/portrait").status_code == 404
    wrong = {"portrait": (io.BytesIO(b"GIF89a"), "me.gif"), "csrf_token": csrf, "next": "/posters"}
    hero.post("/portrait", data=wrong)
    assert "Choose a JPEG, PNG or WebP picture." in hero.get("/posters").get_data(as_text=True)


def test_colours_that_no_phone_reads_are_refused_with_the_rule(hero: FlaskClient) -> None:
    wrong = "dark=%23cccccc&light=%23ffffff"
    html = hero.get(f"/links/code?{wrong}").get_data(as_text=True)
    assert "the dark colour must be much darker than the light one, 4 to 1 at least. It is 1.6 to 1." in html
    assert hero.get(f"/links/code.png?{wrong}").status_code == 422
    assert hero.get("/links/code.png?dark=red").status_code == 422
    assert hero.get("/links/code.svg").data.startswith(b"<svg")


def test_a_material_is_found_taken_with_ones_own_code_and_counted(
    hero: FlaskClient, lived_in_engine: Engine, world: World
) -> None:
    with transaction(lived_in_engine) as session:
        digest = keep_picture(session, harmless(photo().getvalue(), longest_side=900), now=NOW)
        said = {"body": "Mine every morning: {link}", "picture": digest, "scene": "Gift", "path": "/p/mug"}
        given = add_material(session, MaterialDraft("picture", "Two cups", **said), actor="test", now=NOW)
        add_material(session, MaterialDraft("text", "For gold", "x", grades=("Gold",)), actor="test", now=NOW)
        material_id = given.id
    html = hero.get("/materials?scene=Gift&q=morning").get_data(as_text=True)
    assert re.findall(r'class="shelf-item" href="([^"]+)"', html) == [f"/materials/{material_id}"]
    assert hero.get(f"/materials/{material_id}").status_code == 200
    assert hero.get(f"/materials/{material_id}/tile.jpg").mimetype == "image/jpeg"
    taken = hero.get(f"/materials/{material_id}/picture.jpg?download=1")
    [link] = read_back(Image.open(io.BytesIO(taken.data)))
    assert link.endswith(f"/r/{world.code}?to=/p/mug")
    words = hero.get(f"/materials/{material_id}/text.txt").get_data(as_text=True)
    assert words == f"Mine every morning: {link}"
    used = {"use": "share", "csrf_token": token_of(hero, "/posters")}
    assert hero.post(f"/materials/{material_id}/used", data=used).status_code == 204
    assert hero.post(f"/materials/{material_id}/used", data={**used, "use": "burn"}).status_code == 400
    with transaction(lived_in_engine) as session:
        [counted] = [use for each, use in all_materials(session, archived=False) if each.id == material_id]
        archive_material(session, material_id, actor="test", now=NOW)
    assert counted == Uses(view=1, download=2, share=1, people=1)
    assert hero.get(f"/materials/{material_id}").status_code == 404


def test_a_material_in_another_language_is_found_by_choosing_it_and_opens(
    hero: FlaskClient, lived_in_engine: Engine
) -> None:
    with transaction(lived_in_engine) as session:
        given = MaterialDraft("text", "给懂茶的朋友", "一句话", language="zh_Hans")
        material_id = add_material(session, given, actor="test", now=NOW).id
        gold = MaterialDraft("text", "给金牌", "一句话", language="zh_Hans", grades=("Gold",))
        hidden_id = add_material(session, gold, actor="test", now=NOW).id
    listed = hero.get("/materials").get_data(as_text=True)
    assert f"/materials/{material_id}" not in listed
    assert '<option value="zh_Hans">' in listed
    for chosen in ("zh_Hans", "any"):
        found = hero.get(f"/materials?language={chosen}").get_data(as_text=True)
        assert re.findall(r'class="shelf-item" href="([^"]+)"', found) == [f"/materials/{material_id}"]
    page = hero.get(f"/materials/{material_id}")
    assert page.status_code == 200
    assert 'lang="zh-Hans"' in page.get_data(as_text=True)
    assert hero.get(f"/materials/{hidden_id}").status_code == 404


def test_materials_ask_the_database_little(hero: FlaskClient, lived_in_engine: Engine) -> None:
    hero.get("/materials")
    hero.application.extensions["program"].forget()
    with queries(lived_in_engine) as statements:
        assert hero.get("/materials").status_code == 200
    assert 1 <= len(statements) <= 8, statements


def test_the_legal_name_stands_on_nothing_that_strangers_see(
    hero: FlaskClient, lived_in_engine: Engine, world: World
) -> None:
    with transaction(lived_in_engine) as session:
        digest = keep_picture(session, harmless(photo().getvalue(), longest_side=900), now=NOW)
        said = {"body": "{name} likes it. {code}", "picture": digest}
        material_id = add_material(
            session, MaterialDraft("picture", "Cups", **said), actor="test", now=NOW
        ).id
        legal, region = find.by_id(session, world.hero_id).name, None
    for chosen, shown in ((None, masked_name(legal)), ("Countess", "Countess")):
        with transaction(lived_in_engine) as session:
            change_shown(session, world.hero_id, name=chosen, region=region, now=NOW)
            page = submit(
                session, world.hero_id, words="Hello", product_ids=(), found_by_search=False, now=NOW
            )
            assert page.shown_name == shown
        csrf = token_of(hero, "/posters")
        hero.post("/posters", data={"headline": "Mine", "person": "1", "act": "make", "csrf_token": csrf})
        with transaction(lived_in_engine) as session:
            [poster_id] = waiting(session)
            assert session.get_one(Poster, poster_id).spec["person"] == shown
            make(session, poster_id, now=NOW)
        assert f"{shown} likes it. {world.code}" in hero.get(f"/materials/{material_id}").get_data(
            as_text=True
        )
        told = hero.get(f"/materials/{material_id}/text.txt").get_data(as_text=True)
        assert told.startswith(f"{shown} likes it. {world.code}\n")
        assert hero.get("/materials").get_data(as_text=True).count(f"{shown} likes it.") == 1
        picture = hero.get(f"/materials/{material_id}/picture.jpg").data
        with transaction(lived_in_engine) as session:
            kept = read(session, digest)
        assert kept is not None
        same = own_picture(
            Image.open(io.BytesIO(kept.content)),
            link=told.splitlines()[1],
            name=shown,
            by="recommends this",
            invite="Press and hold, or scan, to see it",
        )
        assert picture == same


def test_a_picture_is_drawn_once_and_not_too_often(
    hero: FlaskClient, live_portal: LivePortal, world: World
) -> None:
    first = hero.get("/links/code.png?dark=%230b6b50")
    assert first.headers["Cache-Control"].startswith("private")
    known = {"If-None-Match": first.headers["ETag"]}
    again = hero.get("/links/code.png?dark=%230b6b50", headers=known)
    assert (again.status_code, again.data) == (304, b"")
    assert hero.get("/links/code.png?dark=%231f3f8f", headers=known).status_code == 200
    person = f"{world.hero_id} {DRAWINGS}"
    with live_portal.app.app_context():
        for _ in range(DRAWINGS):
            exceeded("drawing", person, limit=DRAWINGS, seconds=60)
    assert hero.get("/links/code.png?dark=%230b6b50").status_code == 200
    refused = hero.get("/links/code.png?dark=%23402010")
    assert refused.status_code == 429
    assert "many pictures drawn" in hero.get("/links/code?dark=%23402010").get_data(as_text=True)
    with live_portal.app.app_context():
        forget("drawing", person)


def test_a_poster_that_cannot_be_made_says_so_and_is_tried_again(
    hero: FlaskClient, lived_in_engine: Engine
) -> None:
    csrf = token_of(hero, "/posters")
    broken, good = (
        hero.post("/posters", data={"headline": words, "act": "make", "csrf_token": csrf}).location
        for words in ("Broken", "Good")
    )
    breaking = text("UPDATE distribution.posters SET spec = '{\"nonsense\": 1}' WHERE id = :id")
    with transaction(lived_in_engine) as session:
        [spec] = session.scalars(select(Poster.spec).where(Poster.id == broken.rpartition("/")[2]))
        session.execute(breaking, {"id": broken.rpartition("/")[2]})
    assert make_waiting(lived_in_engine) == {"made": 1, "failed": 1}
    assert hero.get(f"{good}/state").json == {"waiting": False}
    assert hero.get(f"{broken}/state").json == {"waiting": True}
    assert make_waiting(lived_in_engine) == make_waiting(lived_in_engine) == {"made": 0, "failed": 1}
    assert make_waiting(lived_in_engine) is None
    html = hero.get(broken).get_data(as_text=True)
    assert "Your poster could not be made" in html
    assert 'http-equiv="refresh"' not in html
    assert hero.get(f"{broken}/state").json == {"waiting": False}
    assert hero.post(f"{broken}/again", data={"csrf_token": csrf}).location == broken
    with transaction(lived_in_engine) as session:
        session.get_one(Poster, UUID(broken.rpartition("/")[2])).spec = spec
    assert make_waiting(lived_in_engine) == {"made": 1, "failed": 0}
    assert "poster.png" in hero.get(broken).get_data(as_text=True)
