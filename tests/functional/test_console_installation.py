"""The console's page of what the installation needs says what the doctor says, in the reader's language."""

from __future__ import annotations

from collections.abc import Callable

from tests.functional.console_client import ConsoleClient

Console = Callable[[str], ConsoleClient]


def test_what_is_broken_comes_first_with_its_next_step(console: Console) -> None:
    page = console("read_only").page("/console/installation")
    todo, _, well = page.partition("What is well")
    assert "DISTRIBUTION_SALEOR_API_URL" in todo
    assert "What to do:" in todo
    assert "Start one and keep it running (systemd, Docker): distribution worker" in todo
    assert todo.index("health-bad") < todo.index("health-warn")
    assert "has the newest schema" in well
    assert "health-bad" not in well


def test_in_chinese(console: Console) -> None:
    reader = console("read_only")
    reader.browser.set_cookie("language", "zh_Hans")
    page = reader.page("/console/installation")
    assert "没有人可以" not in page.partition("正常的项目")[2]
    assert "启动一个并保持运行（systemd、Docker）：distribution worker" in page
