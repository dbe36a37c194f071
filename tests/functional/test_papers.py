"""What a paper writes is read back letter for letter, from fonts that are in the file."""

from __future__ import annotations

import io
import re
from typing import Any

import pytest
from flask.testing import FlaskClient
from pypdf import PdfReader
from sqlalchemy import Engine

from distribution.db import transaction
from distribution.network.tables import Distributor
from distribution.settlement import read
from portal.papers.paper import TITLE, printed, said
from tests.functional.world import World

NAMES = (
    "Zażółć Gęślą Łukasz",
    "Nguyễn Thị Ánh Đặng",
    "王小明（喆㛃）龍",
    "Ελένη Олег Ђорђе",
    "さくら ミドリ",
    "Søren Žižek ẞ İlknur Ştefan",
)


def paper(text: str) -> PdfReader:
    content = printed([said(text, TITLE), said(text)], title="A paper", author="Shop", footer=text)
    return PdfReader(io.BytesIO(content))


def fonts(reader: PdfReader) -> dict[str, Any]:
    """The fonts that are used, by name, with the program that is in the file."""
    found = {}
    for page in reader.pages:
        used = {
            name.decode() for name in re.findall(rb"/(F[\w+]+) [\d.]+ Tf", page.get_contents().get_data())
        }
        for key, font in page["/Resources"]["/Font"].items():
            if key.lstrip("/") in used:
                font = font.get_object()
                found[font["/BaseFont"]] = font.get("/FontDescriptor", {}).get("/FontFile2")
    return found


def flat(text: str) -> str:
    return re.sub(r"\s+", "", text)


@pytest.mark.parametrize("name", NAMES)
def test_names_are_read_back(name: str) -> None:
    text = flat("".join(page.extract_text() for page in paper(name).pages))
    assert text.count(flat(name)) == 3


def test_every_font_that_is_used_is_in_the_file() -> None:
    found = fonts(paper(" ".join(NAMES)))
    assert {name.split("+")[-1] for name, program in found.items() if program is not None} == {
        "NotoSans-Regular",
        "NotoSans-Bold",
        "NotoSansSC-Regular",
    }
    assert [name for name, program in found.items() if program is None] == []


def test_a_paper_is_the_same_bytes_and_small() -> None:
    def content() -> bytes:
        return printed([said(name) for name in NAMES], title="A paper", author="Shop", footer="1")

    assert content() == content()
    assert len(content()) < 60_000


def test_a_script_that_no_font_has_does_no_harm() -> None:
    assert "Kim" in paper("한국 Kim").pages[0].extract_text()


@pytest.mark.parametrize("language", ["en", "zh_Hans"])
def test_a_statement_has_its_letters_in_it(
    hero: FlaskClient, lived_in_engine: Engine, world: World, language: str
) -> None:
    with transaction(lived_in_engine) as session:
        session.get_one(Distributor, world.hero_id).name = "Łucja 王 Nguyễn"
        [statement, *_] = read.statements(session, distributor_id=world.hero_id, currency="USD")
    hero.set_cookie("language", language)
    reader = PdfReader(io.BytesIO(hero.get(f"/earnings/statements/{statement.id}.pdf").data))
    assert flat("Łucja 王 Nguyễn") in flat(reader.pages[0].extract_text())
    assert {name.split("+")[-1] for name in fonts(reader)} == {
        "NotoSans-Regular",
        "NotoSans-Bold",
        "NotoSansSC-Regular",
    }
