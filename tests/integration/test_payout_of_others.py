"""The adapter in docs/payouts.md, installed as it stands there, and paid by."""

from __future__ import annotations

import hashlib
import hmac
import json
import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from distribution.adapters.payout import payout_adapters, payout_problems
from distribution.adapters.payout.base import WrongPayee
from distribution.settings.errors import InvalidSetting
from tests.payout_world import PayoutWorld
from tests.providers.server import Asked, Fault, Provider, Said, running

DOCUMENT = Path(__file__).parents[2] / "docs" / "payouts.md"
KEY = "acme-key"


class Acme(Provider):
    """What the example says Acme Wallet is."""

    def __init__(self) -> None:
        super().__init__()
        self.payouts: dict[str, dict[str, Any]] = {}

    def orders(self, asked: Asked) -> bool:
        return asked.method == "POST"

    def answer(self, asked: Asked) -> Said:
        assert asked.headers["authorization"] == f"Bearer {KEY}"
        if asked.method == "POST":
            order = json.loads(asked.body)
            if order["wallet"].endswith("000"):
                return Said(422, b"{}")
            facts = order | {"state": "queued", "number": f"A-{len(self.payouts)}"}
            known = self.payouts.setdefault(order["id"], facts)
            return Said(200, json.dumps(known).encode())
        found = self.payouts.get(asked.path.rpartition("/")[2])
        return Said(200, json.dumps(found).encode()) if found else Said(404, b"{}")

    def finish(self, key: str) -> tuple[dict[str, str], bytes]:
        """Pay, and say so by a webhook."""
        self.payouts[key]["state"] = "done"
        self.paid.append((key, self.payouts[key]["cents"]))
        body = json.dumps(self.payouts[key]).encode()
        return {"acme-signature": hmac.new(KEY.encode(), body, hashlib.sha256).hexdigest()}, body


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """The package as an installer leaves it: its module, and what its project file says of entry points."""
    site = tmp_path_factory.mktemp("site")
    found = re.findall(
        r"^`([\w.]+)`:\n```\w+\n(.*?)^```$", DOCUMENT.read_text("utf-8"), re.MULTILINE | re.DOTALL
    )
    files = dict(found)
    assert files.keys() == {"pyproject.toml", "acme_payouts.py"}
    project = tomllib.loads(files["pyproject.toml"])["project"]
    about = site / f"{project['name'].replace('-', '_')}-{project['version']}.dist-info"
    about.mkdir()
    (site / "acme_payouts.py").write_text(files["acme_payouts.py"], "utf-8")
    (about / "METADATA").write_text(f"Name: {project['name']}\nVersion: {project['version']}\n")
    lines = [
        f"[{group}]\n" + "".join(f"{name} = {where}\n" for name, where in points.items())
        for group, points in project["entry-points"].items()
    ]
    (about / "entry_points.txt").write_text("\n".join(lines))
    sys.path.append(str(site))
    yield
    sys.path.remove(str(site))


@pytest.fixture
def acme() -> Iterator[Acme]:
    with running(Acme()) as server:
        yield server


@pytest.fixture
def world(installed: None, engine: Engine, acme: Acme) -> PayoutWorld:
    made = PayoutWorld(engine, "acme", "USD", {"phone": "+12125550123"})
    environ = {"DISTRIBUTION_PAYOUT_ACME_URL": acme.url, "DISTRIBUTION_PAYOUT_ACME_KEY": KEY}
    made.adapter = payout_adapters(environ)["acme"]
    return made


def test_it_is_found_and_pays(world: PayoutWorld, acme: Acme) -> None:
    one = world.approved()
    world.carry()
    world.check(acme, one, "sent", paid=0)
    acme.finish(one.idempotency_key)
    world.later()
    world.check(acme, one, "paid", paid=1)


@pytest.mark.parametrize("fault, state", [(Fault.SILENT, "unknown"), (Fault.BUSY, "approved")])
def test_it_keeps_the_promises(world: PayoutWorld, acme: Acme, fault: Fault, state: str) -> None:
    acme.faults = [fault]
    one = world.approved()
    world.carry()
    world.check(acme, one, state, paid=0)
    world.later()
    headers, body = acme.finish(one.idempotency_key)
    assert world.hear_forged({}, body)
    world.hear(headers, body)
    world.hear(headers, body)
    world.check(acme, one, "paid", paid=1)


def test_its_variables_and_its_payees_are_checked(world: PayoutWorld, acme: Acme) -> None:
    half = {"DISTRIBUTION_PAYOUT_ACME_URL": acme.url}
    with pytest.raises(InvalidSetting, match="DISTRIBUTION_PAYOUT_ACME_KEY"):
        payout_adapters(half)
    assert [len(problems) for name, problems in payout_problems(half) if name == "acme"] == [1]
    assert "acme" not in payout_adapters({})
    with pytest.raises(WrongPayee):
        world.the_adapter.payee({"phone": "not a phone"})
    world.payee = {"phone": "+12125550000"}
    one = world.approved()
    world.carry()
    world.check(acme, one, "failed", paid=0)
