"""A third party's channel from its entry point to what arrives: the example of docs/notices.md, installed."""

from __future__ import annotations

import os
import re
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
from sqlalchemy.orm import Session

from distribution.adapters.notice.find import notice_channels
from distribution.db import transaction
from distribution.installation.examine import check_channels
from distribution.network.tables import Distributor
from distribution.notice import tell
from distribution.notice.choices import addresses, with_address
from distribution.notice.proving import CODE_FOR, MOST_TRIES, await_proof, prove
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
    answer = client.post("/account/notices/channels/wechat", data=data, follow_redirects=True)
    return answer.get_data(as_text=True)


def code_in(wechat: WechatMessages) -> str:
    *_, message = wechat.messages.values()
    [code] = re.findall(r"[0-9]{6}", message["data"]["thing1"]["value"])
    return str(code)


def enter(client: FlaskClient, code: str) -> str:
    data = {"csrf_token": token_of(client, "/account/notices"), "code": code}
    client.post("/account/notices/channels/wechat/confirm", data=data)
    return client.get("/account/notices").get_data(as_text=True)


def prove_it(client: FlaskClient, wechat: WechatMessages) -> None:
    assert "•••• fL2M" in connect(client, OPEN_ID)
    assert "You get notices there from now on" in enter(client, code_in(wechat))


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
    refused = connect(inside, "nonsense")
    assert "This is not a valid address" in refused
    assert 'value="nonsense"' in refused
    wechat.followers.add(OPEN_ID)
    prove_it(inside, wechat)
    facts = {"order_id": 7, "order_number": "#7", "amount_minor": 1250, "currency": "CNY"}
    with transaction(engine) as session:
        tell(session, ada.id, "sale", key="sale-7", facts=facts, now=datetime.now(UTC))
    wechat.down = True
    assert deliver(engine, database_url, redis_url).failed == 1
    wechat.down = False
    wechat.expire()
    assert deliver(engine, database_url, redis_url, later=timedelta(hours=1)).done == 1
    [_, message] = wechat.messages.values()
    assert (message["touser"], message["template_id"]) == (OPEN_ID, "s")
    assert message["data"]["thing1"]["value"] == "New sale: CN¥12.50"
    assert message["url"].startswith("http://localhost/notices/")


def test_nothing_is_sent_to_an_address_before_its_code_came_back(
    inside: FlaskClient,
    wechat: WechatMessages,
    engine: Engine,
    ada: Distributor,
    database_url: str,
    redis_url: str,
) -> None:
    assert "Nobody is reached at this address." in connect(inside, OPEN_ID)
    wechat.followers.add(OPEN_ID)
    assert "The code that we sent to •••• fL2M" in connect(inside, OPEN_ID)
    with transaction(engine) as session:
        tell(session, ada.id, "suspended", key="s", now=datetime.now(UTC))
    deliver(engine, database_url, redis_url)
    assert len(wechat.messages) == 1
    wrong = f"{(int(code_in(wechat)) + 1) % 10**6:06}"
    for _ in range(MOST_TRIES):
        assert "This is not the code that we sent." in enter(inside, wrong)
    assert "used up or too old" in enter(inside, code_in(wechat))
    again = {"csrf_token": token_of(inside, "/account/notices")}
    inside.post("/account/notices/channels/wechat/code", data=again)
    assert "You get notices there from now on" in enter(inside, code_in(wechat))
    with transaction(engine) as session:
        tell(session, ada.id, "reinstated", key="r", now=datetime.now(UTC))
    assert deliver(engine, database_url, redis_url).done == 1
    assert len(wechat.messages) == 3
    for _ in range(3):
        inside.post("/account/notices/channels/wechat/forget", data=again)
        told = connect(inside, OPEN_ID)
    assert "You have asked for many codes." in told
    assert len(wechat.messages) == 5


def test_a_code_is_good_for_ten_minutes(session: Session) -> None:
    ada, now = a_distributor(session), datetime.now(UTC)
    await_proof(session, ada.id, "sms", sealed="x", label="•••• 1", code="012345", now=now)
    late = now + CODE_FOR + timedelta(seconds=1)
    assert prove(session, ada.id, "sms", code="012345", now=late) == "over"
    assert with_address(session, "sms", [ada.id]) == {ada.id}
    assert with_address(session, "sms", [ada.id], proven=True) == set()
    assert prove(session, ada.id, "sms", code=" 012 345", now=now) == "proven"
    assert with_address(session, "sms", [ada.id], proven=True) == {ada.id}
    assert prove(session, ada.id, "sms", code="012345", now=now) == "over"


def test_who_follows_no_more_is_forgotten(
    inside: FlaskClient,
    wechat: WechatMessages,
    engine: Engine,
    ada: Distributor,
    database_url: str,
    redis_url: str,
) -> None:
    wechat.followers.add(OPEN_ID)
    prove_it(inside, wechat)
    wechat.followers.clear()
    with transaction(engine) as session:
        tell(session, ada.id, "suspended", key="s", now=datetime.now(UTC))
    assert deliver(engine, database_url, redis_url).done == 1
    assert len(wechat.messages) == 1
    with transaction(engine) as session:
        assert addresses(session, [ada.id]) == {}


def test_a_channel_set_up_by_half_is_named_at_the_start(installed: None) -> None:
    half = {"DISTRIBUTION_NOTICE_WECHAT_APPID": APPID}
    with pytest.raises(InvalidSetting, match="DISTRIBUTION_NOTICE_WECHAT_SECRET"):
        notice_channels(half)
    assert notice_channels({}) == {}


def test_the_doctor_names_each_variable_of_a_channel_set_up_by_half(installed: None) -> None:
    half = {"DISTRIBUTION_NOTICE_WECHAT_APPID": APPID}
    findings = list(check_channels(half))
    assert [(each.code, each.subject) for each in findings] == [("channel.wrong", "notices by wechat")] * 2
    assert [each.seen.split()[0] for each in findings] == [
        "DISTRIBUTION_NOTICE_WECHAT_SECRET",
        "DISTRIBUTION_NOTICE_WECHAT_TEMPLATES",
    ]


@pytest.mark.usefixtures("wechat")
def test_the_doctor_says_that_a_channel_set_up_whole_can_be_used() -> None:
    assert [each.code for each in check_channels(os.environ)] == ["channel.good"]
    assert list(check_channels({})) == []
