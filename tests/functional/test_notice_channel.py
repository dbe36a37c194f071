"""A third party's channel from its entry point to what arrives: the example of docs/notices.md, installed."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from flask.testing import FlaskClient
from sqlalchemy import Engine

from distribution.adapters.notice.find import channel_problems, notice_channels
from distribution.db import transaction
from distribution.network.tables import Distributor
from distribution.notice import tell
from distribution.notice.choices import addresses
from distribution.outbox.carry_out import Carried, carry_out
from distribution.settings.errors import InvalidSetting
from jobs.notices import channels, other_handlers, plan_all
from portal.app import create_app
from tests.factories import a_distributor
from tests.functional.conftest import log_in, portal_settings, token_of
from tests.functional.world import PASSWORD
from tests.providers.wechat_messages import APPID, SECRET, WechatMessages, running_wechat_messages

EXAMPLE = Path(__file__).parents[2] / "docs" / "examples" / "wechat-notices"
KEY = Fernet.generate_key().decode()
OPEN_ID = "o6_bmjrPTlm6_2sgVt7hMZOPfL2M"


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """The example with its entry point, as an editable installation has it, for this module."""
    source = tmp_path_factory.mktemp("wechat") / "source"
    shutil.copytree(EXAMPLE, source)
    describe = [sys.executable, "-c", "import setuptools; setuptools.setup()", "--quiet", "egg_info"]
    subprocess.run(describe, check=True, cwd=source)
    sys.path.insert(0, str(source / "src"))
    yield
    sys.path.remove(str(source / "src"))
    sys.modules.pop("wechat_notices.channel", None)
    sys.modules.pop("wechat_notices", None)


@pytest.fixture
def wechat(installed: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[WechatMessages]:
    with running_wechat_messages() as server:
        for name, value in {
            "APPID": APPID,
            "SECRET": SECRET,
            "TEMPLATES": '{"default": "d", "sales": "s"}',
            "API_URL": server.url,
        }.items():
            monkeypatch.setenv(f"DISTRIBUTION_NOTICE_WECHAT_{name}", value)
        yield server


@pytest.fixture
def ada(engine: Engine) -> Distributor:
    with transaction(engine) as session:
        return a_distributor(session, name="Ada", email="ada@example.com", password=PASSWORD)


@pytest.fixture
def inside(
    wechat: WechatMessages, engine: Engine, database_url: str, redis_url: str, ada: Distributor
) -> FlaskClient:
    settings = portal_settings(database_url, redis_url, encryption_keys=KEY)
    client = create_app(settings, engine, testing=True).test_client()
    log_in(client, "ada@example.com")
    return client


def connect(client: FlaskClient, address: str) -> str:
    data = {"csrf_token": token_of(client, "/account/notices"), "address": address}
    client.post("/account/notices/channels/wechat", data=data)
    return client.get("/account/notices").get_data(as_text=True)


def deliver(engine: Engine, database_url: str, redis_url: str, *, later: timedelta = timedelta()) -> Carried:
    plan_all(engine, {"wechat": channels()["wechat"]})
    known = other_handlers(engine, portal_settings(database_url, redis_url, encryption_keys=KEY))
    return carry_out(engine, known, clock=lambda: datetime.now(UTC) + later)


def test_a_follower_reads_what_they_were_told_also_after_the_token_expired(
    inside: FlaskClient,
    wechat: WechatMessages,
    engine: Engine,
    ada: Distributor,
    database_url: str,
    redis_url: str,
) -> None:
    assert "This is no such address" in connect(inside, "nonsense")
    assert "•••• fL2M" in connect(inside, OPEN_ID)
    wechat.followers.add(OPEN_ID)
    facts = {"order_id": 7, "order_number": "#7", "amount_minor": 1250, "currency": "CNY"}
    with transaction(engine) as session:
        tell(session, ada.id, "sale", key="sale-7", facts=facts, now=datetime.now(UTC))
    wechat.down = True
    assert deliver(engine, database_url, redis_url).failed == 1
    wechat.down = False
    wechat.expire()
    assert deliver(engine, database_url, redis_url, later=timedelta(hours=1)).done == 1
    [message] = wechat.messages.values()
    assert (message["touser"], message["template_id"]) == (OPEN_ID, "s")
    assert message["data"]["thing1"]["value"] == "New sale: CN¥12.50"
    assert message["url"].startswith("http://localhost/notices/")


def test_who_follows_no_more_is_forgotten(
    inside: FlaskClient,
    wechat: WechatMessages,
    engine: Engine,
    ada: Distributor,
    database_url: str,
    redis_url: str,
) -> None:
    connect(inside, OPEN_ID)
    with transaction(engine) as session:
        tell(session, ada.id, "suspended", key="s", now=datetime.now(UTC))
    assert deliver(engine, database_url, redis_url).done == 1
    assert wechat.messages == {}
    with transaction(engine) as session:
        assert addresses(session, [ada.id]) == {}


def test_a_channel_set_up_by_half_is_named_at_the_start(installed: None) -> None:
    half = {"DISTRIBUTION_NOTICE_WECHAT_APPID": APPID}
    with pytest.raises(InvalidSetting, match="DISTRIBUTION_NOTICE_WECHAT_SECRET"):
        notice_channels(half)
    [(name, problems)] = channel_problems(half)
    assert (name, len(problems)) == ("wechat", 2)
    assert notice_channels({}) == {}
