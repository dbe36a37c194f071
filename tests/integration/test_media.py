"""Files are kept once, found by their content, and forgotten when nothing names them; posters are made by a job."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import timedelta

import pytest
from PIL import Image
from sqlalchemy import text
from sqlalchemy.orm import Session

from distribution.adapters.pictures import copied
from distribution.errors import NotFound
from distribution.media import own
from distribution.media.keep import forget_unused, keep, read
from distribution.media.tables import PictureCopy
from distribution.promotion.poster import ask
from distribution.promotion.poster.make import begin, give_up, make
from distribution.promotion.poster.spec import PosterSpec
from distribution.promotion.poster.tables import FAILED, MOST_ATTEMPTS
from distribution.promotion.qr import read_back
from tests.factories import EARLY, a_distributor

LATER = EARLY + timedelta(days=30)
SPEC = PosterSpec(link="https://partners.example.com/r/ADA", template="square", headline="Tea at dawn")


def a_picture(colour: str = "#7aa") -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (400, 300), colour).save(file, "PNG")
    return file.getvalue()


def test_a_file_is_kept_once_and_goes_when_nothing_names_it(session: Session) -> None:
    first = keep(session, b"one", "text/plain", now=EARLY)
    assert keep(session, b"one", "text/plain", now=EARLY) == first
    used = keep(session, b"two", "text/plain", now=EARLY)
    session.add(PictureCopy(address="https://x.example/1", digest=used, fetched_at=EARLY))
    young = keep(session, b"three", "text/plain", now=LATER)
    session.flush()
    assert forget_unused(session, before=LATER) == 1
    session.expire_all()
    assert [read(session, each) is None for each in (first, used, young)] == [True, False, False]
    assert copied(session, "https://x.example/1") == used


def test_portrait_and_logo_are_put_replaced_and_removed(session: Session) -> None:
    ada = a_distributor(session)
    first = own.put_portrait(session, ada.id, a_picture(), now=EARLY)
    assert own.portrait(session, ada.id) == first
    second = own.put_portrait(session, ada.id, a_picture("#a77"), now=LATER)
    assert own.portrait(session, ada.id) == second != first
    own.remove_portrait(session, ada.id)
    assert own.portrait(session, ada.id) is None
    own.put_logo(session, a_picture(), actor="merchant:1", now=EARLY)
    own.remove_logo(session, actor="merchant:1", now=EARLY)
    assert own.logo(session) is None
    acts = session.scalars(
        text("SELECT action FROM distribution.audit_log WHERE subject_id = 'logo' ORDER BY number")
    )
    assert list(acts) == ["program.put_logo", "program.remove_logo"]


def test_the_same_poster_is_made_once(session: Session) -> None:
    ada = a_distributor(session)
    asked = ask.ask(session, ada.id, SPEC, now=EARLY)
    assert ask.ask(session, ada.id, SPEC, now=LATER).id == asked.id
    assert ask.waiting(session) == [asked.id]
    assert make(session, asked.id, now=LATER) is True
    assert make(session, asked.id, now=LATER) is False
    assert ask.waiting(session) == []
    [made] = ask.posters(session, ada.id)
    assert made.png is not None
    assert made.pdf is not None
    png, pdf = read(session, made.png), read(session, made.pdf)
    assert png is not None
    assert pdf is not None
    assert read_back(Image.open(io.BytesIO(png.content))) == {SPEC.link}
    assert pdf.content.startswith(b"%PDF")


def test_a_poster_is_its_owners(session: Session) -> None:
    ada, eve = a_distributor(session), a_distributor(session)
    asked = ask.ask(session, ada.id, SPEC, now=EARLY)
    with pytest.raises(NotFound):
        ask.poster(session, eve.id, asked.id)
    assert ask.ask(session, eve.id, SPEC, now=EARLY).id != asked.id


def test_a_poster_that_cannot_be_says_why_and_is_tried_again_when_asked_again(session: Session) -> None:
    ada = a_distributor(session)
    long = PosterSpec(link="https://p.example/r/" + "x" * 500, template="square", headline="Tea")
    asked = ask.ask(session, ada.id, long, now=EARLY)
    assert make(session, asked.id, now=EARLY) is True
    assert (asked.problem, asked.made_at) == ("code_too_fine", None)
    assert ask.waiting(session) == []
    ask.ask(session, ada.id, long, now=LATER)
    assert ask.waiting(session) == [asked.id]


def test_old_posters_are_forgotten_with_their_files(session: Session) -> None:
    ada = a_distributor(session)
    make(session, ask.ask(session, ada.id, SPEC, now=EARLY).id, now=EARLY)
    assert ask.forget_posters(session, before=LATER) == 1
    assert forget_unused(session, before=LATER) == 2


def test_a_poster_that_fails_is_given_up_and_holds_up_none(session: Session) -> None:
    ada = a_distributor(session)
    broken = ask.ask(session, ada.id, SPEC, now=EARLY)
    broken.spec = {"nonsense": 1}
    session.flush()
    good = ask.ask(session, ada.id, replace(SPEC, headline="Another"), now=LATER)
    assert ask.waiting(session) == [broken.id, good.id]
    for attempt in range(1, MOST_ATTEMPTS + 1):
        assert begin(session, broken.id)
        with pytest.raises(TypeError):
            make(session, broken.id, now=LATER)
        give_up(session, broken.id)
        assert broken.attempts == attempt
        assert ask.waiting(session)[0] == good.id
    assert (broken.problem, ask.waiting(session)) == (FAILED, [good.id])
    assert not begin(session, broken.id)
    ask.ask_again(session, ada.id, broken.id, now=LATER)
    assert (broken.problem, broken.attempts) == (None, 0)
    broken.attempts = MOST_ATTEMPTS
    session.flush()
    assert not begin(session, broken.id)
    assert broken.problem == FAILED
