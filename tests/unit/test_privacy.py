"""Sealing, masking, hashing."""

from __future__ import annotations

import pytest
from cryptography.fernet import Fernet

from distribution.errors import InvalidInput
from distribution.privacy.encryption import Cipher, new_key
from distribution.privacy.errors import Undecipherable
from distribution.privacy.masking import masked_email, masked_name
from distribution.promotion.bots import is_bot


def test_keys_rotate() -> None:
    old, new = new_key(), new_key()
    sealed = Cipher([old]).seal("DE89 3704 0044 0532 0130 00")
    assert "3704" not in sealed
    both = Cipher([new, old])
    assert both.open(sealed) == "DE89 3704 0044 0532 0130 00"
    assert not both.is_current(sealed)
    renewed = both.renew(sealed)
    assert both.is_current(renewed)
    assert Cipher([new]).open(renewed) == "DE89 3704 0044 0532 0130 00"
    for verb in (Cipher([new]).open, Cipher([new]).renew):
        with pytest.raises(Undecipherable):
            verb(sealed)


def test_what_was_altered_does_not_open() -> None:
    cipher = Cipher([new_key()])
    sealed = cipher.seal("王小明")
    assert cipher.open(sealed) == "王小明"
    for wrong in (sealed[:-2], "A" + sealed[1:], "", "ÿ"):
        with pytest.raises(Undecipherable):
            cipher.open(wrong)


@pytest.mark.parametrize("keys", [[], ["short"], ["=" * 44], [Fernet.generate_key().decode(), "x"]])
def test_a_wrong_key_is_refused(keys: list[str]) -> None:
    with pytest.raises(InvalidInput):
        Cipher(keys)


def test_a_cipher_does_not_print_its_keys() -> None:
    key = new_key()
    assert key not in repr(Cipher([key]))


@pytest.mark.parametrize(
    "name, masked",
    [
        ("Ada Lovelace", "Ada L."),
        ("Ada de la Cruz", "Ada C."),
        ("Wolfeschlegelsteinhausen B", "Wolfeschleg… B."),
        ("王小明", "王**"),
        ("王", "王*"),
        ("", "***"),
        ("X", "X***"),
        ("  Jean-Luc  ", "Je***"),
    ],
)
def test_names_are_masked(name: str, masked: str) -> None:
    assert masked_name(name) == masked


@pytest.mark.parametrize(
    "email, masked",
    [
        ("ada@example.com", "a***@example.com"),
        ("a@b.c", "a***@b.c"),
        ("ada", "***"),
        ("@b.c", "***"),
        ("", "***"),
    ],
)
def test_addresses_are_masked(email: str, masked: str) -> None:
    assert masked_email(email) == masked


@pytest.mark.parametrize(
    "user_agent, bot",
    [
        (None, False),
        ("", True),
        ("   ", True),
        ("curl/8.5.0", True),
        ("Mozilla/5.0 (compatible; Baiduspider/2.0; +http://www.baidu.com/search/spider.html)", True),
        ("facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)", True),
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/120.0.0.0 Safari/537.36",
            False,
        ),
        ("Weibo (iPhone14,2__weibo__13.10.2__iphone__os17.1)", False),
        ("x" * 100_000, False),
    ],
)
def test_programs_are_told_from_people(user_agent: str | None, bot: bool) -> None:
    assert is_bot(user_agent) is bot
