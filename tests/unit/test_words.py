"""One word for one thing (docs/words.md): no catalogue, notice or page of the documentation uses another."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from distribution.notice.words import LANGUAGES
from distribution.notice.words.wording import Wording

ROOT = Path(__file__).parents[2]
CATALOGUES = (ROOT / "portal" / "translations", ROOT / "portal" / "console" / "translations")

CHINESE = {
    "program": r"项目",
    "distributor": r"分销商|推广者",
    "sponsor": r"推荐人",
    "shopper": r"客户(?!端)|买家",
    "shop": r"商城|店铺",
    "console": r"管理后台|登录后台|后台登录",
    "hold period": r"保留期|等待期",
    "pending": r"待到期|待确认(?!收款)",
    "matured": r"已到期|佣金到期|待结算",
    "referral code": r"推荐码",
    "voucher code": r"券码",
    "collection": r"(?<!商品)系列|商品集",
    "currency": r"(?<!最小)货币",
    "rate": r"费率",
    "e-mail": r"电子邮箱|电子邮件|邮件主题",
    "personal data": r"个人数据",
    "payout": r"汇出|(人工|重复|停止|不会)付款|付款(途中|人员|清单|文件)",
    "reset": r"重设",
    "you": r"你",
    "and more": r"等另外",
    "invite": r"发展的|发展到",
}
PORTAL_CHINESE = {
    "account": r"(?<!收款)(?<!银行)(?<!PayPal )(?<!Stripe )账户",
    "earnings": r"收入",
}
ENGLISH = {
    "hold period": r"waiting time|[Hh]old is over|\b[Ii]ts hold\b(?! period)",
    "matured": r"\b(is|nothing) due\b|[Dd]ue for settlement|pending or due|\{amount\} released"
    r"|(?<!made )(?<!make )\bsure\b",
    "e-mail": r"(?<![-\w])[Mm]ails?\b",
    "notices": r"\b(is|are|be) told\b",
    "someone of the shop": r"[Ss]omebody of the shop",
    "pay to": r"\bpaid to (from|after)\b",
    "voice": r"slip of the pen|stands here|Leave me alone",
}
"""Not asked of the console but for states of commission: it also tells of jobs and of mail servers."""


def _portal_words() -> Iterator[tuple[str, str]]:
    yield from _entries(CATALOGUES[0])
    for kind, said in LANGUAGES["en"].kinds.items():
        chinese = LANGUAGES["zh_Hans"].kinds[kind]
        yield _all(said), _all(chinese)
    for topic, words in LANGUAGES["en"].topics.items():
        yield " ".join(words), " ".join(LANGUAGES["zh_Hans"].topics[topic])
    for name in ("hello", "not_you", "why", "choose", "unsubscribe"):
        yield getattr(LANGUAGES["en"], name), getattr(LANGUAGES["zh_Hans"], name)


def _all(said: Wording) -> str:
    parts = [said.title, said.text, said.action, said.each, *said.also.values(), *(said.many or ())]
    return "\n".join(parts)


def _entries(folder: Path) -> Iterator[tuple[str, str]]:
    with (folder / "zh_Hans" / "LC_MESSAGES" / "messages.po").open("rb") as file:
        for message in read_po(file):
            if message.id:
                english = message.id if isinstance(message.id, str) else "\n".join(message.id)
                chinese = message.string if isinstance(message.string, str) else "\n".join(message.string)
                yield english, chinese


def _found(pattern: str, texts: Iterator[str]) -> list[str]:
    return [text for text in texts if re.search(pattern, text)]


@pytest.mark.parametrize("word", CHINESE)
def test_chinese_has_one_word_for(word: str) -> None:
    every = [*_portal_words(), *_entries(CATALOGUES[1])]
    assert _found(CHINESE[word], (chinese for _, chinese in every)) == []


@pytest.mark.parametrize("word", PORTAL_CHINESE)
def test_distributors_read_one_chinese_word_for(word: str) -> None:
    assert _found(PORTAL_CHINESE[word], (chinese for _, chinese in _portal_words())) == []


@pytest.mark.parametrize("word", ENGLISH)
def test_distributors_read_one_english_word_for(word: str) -> None:
    assert _found(ENGLISH[word], (english for english, _ in _portal_words())) == []


def test_the_console_calls_a_state_of_commission_by_its_one_name() -> None:
    pattern = "|".join((ENGLISH["hold period"], ENGLISH["matured"], r"^Hold$", r"[Ii]n hold"))
    assert _found(pattern, (english for english, _ in _entries(CATALOGUES[1]))) == []


def test_the_glossary_says_what_is_checked() -> None:
    glossary = (ROOT / "docs" / "words.md").read_text(encoding="utf-8")
    for word in ("分销员", "邀请人", "冻结期", "待解冻", "已解冻", "佣金率", "收款账户", "商品系列"):
        assert word in glossary
