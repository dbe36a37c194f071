"""Materials as the merchant's people give, change and archive them; and the program's logo."""

from __future__ import annotations

import io
import re
from collections.abc import Callable

from PIL import Image

from tests.functional.console_client import ConsoleClient


def photo() -> tuple[io.BytesIO, str]:
    file = io.BytesIO()
    Image.effect_noise((600, 400), 80).save(file, "PNG")
    file.seek(0)
    return file, "cups.png"


def said(**changes: object) -> dict[str, object]:
    return {
        "kind": "picture",
        "title": "Two cups",
        "body": "Mine every morning: {link}",
        "scene": "Gift",
        "template": "moments",
        "palette": "porcelain",
        "language": "",
        "channel": "",
    } | changes


def test_a_material_is_given_changed_and_archived(console: Callable[..., ConsoleClient]) -> None:
    owner = console()
    listed = owner.act("/console/materials/new", said(picture=photo()))
    assert "Two cups" in listed
    [address] = re.findall(r'class="cell-link" href="(/console/materials/[0-9a-f-]+)"', listed)
    assert "Three cups" in owner.act(address, said(title="Three cups"))
    assert "thumb-large" in owner.page(address)
    assert "Archived. What was counted stays." in owner.act(f"{address}/archive")
    assert "Three cups" not in owner.page("/console/materials")
    assert "Three cups" in owner.page("/console/materials?show=archived")
    assert "Distributors see it again." in owner.act(f"{address}/restore")
    console("finance").page("/console/materials/new", 403)


def test_what_is_wrong_with_a_material_stands_beside_its_field(console: Callable[..., ConsoleClient]) -> None:
    owner = console()
    for wrong, told in (
        (said(), "Choose a picture."),
        (said(picture=(io.BytesIO(b"GIF89a"), "x.gif")), "Choose a JPEG, PNG or WebP picture."),
        (said(kind="video"), "Enter an address that begins with https://."),
        (said(kind="text", product="Mug"), "Choose the channel of the product."),
        (said(kind="text", countries="Germany"), "Codes of countries have two letters"),
    ):
        answer = owner.send("/console/materials/new", wrong)
        assert answer.status_code == 422
        assert told in answer.get_data(as_text=True)


def test_the_logo_is_put_up_and_taken_down(console: Callable[..., ConsoleClient]) -> None:
    owner = console()
    html = owner.act("/console/logo", {"logo": photo()})
    assert "The logo is on posters and codes from now on." in html
    *_, shown = re.findall(r'src="(/console/pictures/[0-9a-f]{64}\.jpg)"', html)
    assert owner.browser.get(shown).mimetype == "image/jpeg"
    assert "Choose a JPEG, PNG or WebP picture." in owner.act(
        "/console/logo", {"logo": (io.BytesIO(b"x"), "x.png")}
    )
    assert "Posters have no logo now." in owner.act("/console/logo", {"act": "remove"})
