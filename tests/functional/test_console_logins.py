"""An owner locks somebody out of the console and lets them in again; so does the command line."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from distribution.cli.run import run
from distribution.settings.merchants import by_email
from tests.functional.console_client import ConsoleClient, last_act, merchant_actor

Console = Callable[[str], ConsoleClient]


def path_of(engine: Engine, role: str) -> str:
    with Session(engine) as session:
        merchant = by_email(session, f"{role}@shop.example")
        assert merchant is not None
        return f"/console/people/{merchant.id}/login"


def test_somebody_who_left_is_out_at_once_and_comes_in_again(
    console: Console, lived_in_engine: Engine
) -> None:
    owner, support = console("owner"), console("support")
    path = path_of(lived_in_engine, "support")
    answer = owner.send(path, {"reason": " "}, page=path)
    assert (answer.status_code, "Say why" in answer.get_data(as_text=True)) == (422, True)

    page = owner.act(path, {"reason": "left the company"}, page=path)
    assert "Locked out" in page
    act = last_act(lived_in_engine, "merchant.disable")
    assert (act.actor, act.reason) == (merchant_actor(lived_in_engine, "owner"), "left the company")
    assert support.browser.get("/console/").status_code == 303
    assert support.sign_in("support").status_code == 422

    assert "may sign in again" in owner.act(path, {"reason": "back"}, page=path)
    assert support.sign_in("support").status_code == 303


def test_only_owners_do_so_and_nobody_to_themselves(console: Console, lived_in_engine: Engine) -> None:
    own = path_of(lived_in_engine, "owner")
    console("owner").page(own, status=403)
    console("finance").page(own, status=403)


def test_the_command_line_does_so_too(
    database_url: str,
    engine: Engine,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("DISTRIBUTION_DATABASE_URL", database_url)
    for name in ("olga", "otto"):
        assert run(["merchant", "create", f"{name}@example.com"]) == 0
    leaver = ["otto@example.com", "--reason", "left"]
    assert run(["merchant", "disable", *leaver, "--with-tokens"]) == 0
    assert "otto@example.com is locked out." in capsys.readouterr().out
    assert run(["merchant", "disable", *leaver]) == 1
    assert run(["merchant", "disable", "olga@example.com", "--reason", "left"]) == 1
    assert run(["merchant", "disable", "nobody@example.com", "--reason", "left"]) == 1
    assert run(["merchant", "enable", *leaver]) == 0
