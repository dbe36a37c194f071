"""A click: where it lands, what is recorded, and that it lands though everything else is down."""

from __future__ import annotations

import io
from urllib.parse import parse_qs, urlsplit

import pytest
import redis
import zxingcpp
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import Engine

from distribution.db import create_engine, transaction
from portal.app import create_app
from tests.factories import a_distributor
from tests.functional.conftest import STOREFRONT, portal_settings

STREAM = "distribution:clicks"


@pytest.fixture
def ada(engine: Engine) -> None:
    with transaction(engine) as session:
        a_distributor(session, code="ADA")
        a_distributor(session, code="GONE", status="suspended")


def landing(client: FlaskClient, path: str) -> tuple[str, dict[str, list[str]]]:
    answer = client.get(path)
    assert answer.status_code == 302
    parts = urlsplit(answer.headers["Location"])
    assert f"{parts.scheme}://{parts.netloc}" == STOREFRONT
    return parts.path, parse_qs(parts.query)


@pytest.mark.usefixtures("ada")
def test_a_click_lands_on_the_shop_with_code_and_click_and_is_recorded(
    client: FlaskClient, redis_url: str
) -> None:
    path, query = landing(client, "/r/ada?to=/products/mug")
    assert path == "/products/mug"
    assert query["ref"] == ["ADA"]
    with redis.Redis.from_url(redis_url, decode_responses=True) as connection:
        [(_, entry)] = connection.xrange(STREAM)
    assert set(entry) == {"code", "click", "at", "url", "ip_hash", "ua", "link"}
    assert entry["url"] == "/products/mug"
    assert entry["code"] == "ADA"
    assert entry["click"] == query["click"][0]
    assert len(bytes.fromhex(entry["ip_hash"])) == 16


@pytest.mark.usefixtures("ada")
@pytest.mark.parametrize(
    "path", ["/r/NOBODY", "/r/GONE", "/r/%00", "/r/a%20b", "/r/" + "x" * 3000, "/r/%F0%9F%98%80"]
)
def test_an_unknown_or_inactive_code_goes_to_the_shop_without_it(
    client: FlaskClient, redis_url: str, path: str
) -> None:
    assert landing(client, path) == ("/", {})
    with redis.Redis.from_url(redis_url) as connection:
        assert connection.xlen(STREAM) == 0


@pytest.mark.usefixtures("ada")
@pytest.mark.parametrize(
    "to, path",
    [
        ("https://evil.example/x", "/"),
        ("//evil.example/x", "//evil.example/x"),
        ("@evil.example", "/"),
        (".evil.example", "/"),
        ("/%5Cevil.example", "/%5Cevil.example"),
        ("javascript:alert(1)", "/"),
        ("/a%0D%0ASet-Cookie:x=1", "/a%0D%0ASet-Cookie:x=1"),
        pytest.param(STOREFRONT + "/products/mug", "/products/mug", id="the shop itself"),
        ("/商品", "/%E5%95%86%E5%93%81"),
    ],
)
def test_the_target_never_leaves_the_shop(client: FlaskClient, to: str, path: str) -> None:
    landed, query = landing(client, "/r/ADA?to=" + to.replace("#", "%23"))
    assert landed == path
    assert query["ref"] == ["ADA"]


@pytest.mark.usefixtures("ada")
def test_a_query_is_kept_but_not_somebody_elses_code(client: FlaskClient) -> None:
    _, query = landing(client, "/r/ADA?to=/p%3Fcolor%3Dblue%26ref%3DEVE%26click%3D1")
    assert query["color"] == ["blue"]
    assert query["ref"] == ["ADA"]
    assert len(query["click"]) == 1


@pytest.mark.usefixtures("ada")
def test_a_query_of_more_fields_than_any_page_asks_for_lands_on_the_page_and_counts(
    client: FlaskClient, redis_url: str
) -> None:
    path, query = landing(client, "/r/ADA?to=/products/mug%3F" + "%26".join(["a"] * 150))
    assert (path, query["ref"]) == ("/products/mug", ["ADA"])
    with redis.Redis.from_url(redis_url) as connection:
        assert connection.xlen(STREAM) == 1


@pytest.mark.usefixtures("ada")
def test_a_preview_by_head_is_no_click(client: FlaskClient, redis_url: str) -> None:
    assert client.head("/r/ADA").status_code == 302
    with redis.Redis.from_url(redis_url) as connection:
        assert connection.xlen(STREAM) == 0


@pytest.mark.usefixtures("ada")
def test_a_click_lands_while_redis_is_down(engine: Engine, database_url: str) -> None:
    app = create_app(portal_settings(database_url, "redis://127.0.0.1:9"), engine, testing=True)
    for _ in range(3):
        assert landing(app.test_client(), "/r/ADA")[1]["ref"] == ["ADA"]


def test_a_click_lands_while_the_database_is_down(redis_url: str) -> None:
    settings = portal_settings("postgresql://nobody@127.0.0.1:9/nothing", redis_url)
    broken = create_engine(settings.database_url)
    assert landing(create_app(settings, broken, testing=True).test_client(), "/r/ADA") == ("/", {})


@pytest.mark.usefixtures("ada")
def test_qr_codes_of_a_link(client: FlaskClient) -> None:
    for path, link in (
        ("/r/ada/qr.png", "http://localhost/r/ADA"),
        ("/r/ADA/qr.png?to=/p/mug", "http://localhost/r/ADA?to=/p/mug"),
    ):
        answer = client.get(path)
        assert answer.mimetype == "image/png"
        [found] = zxingcpp.read_barcodes(Image.open(io.BytesIO(answer.data)))
        assert found.text == link
    assert client.get("/r/ADA/qr.svg").mimetype == "image/svg+xml"
    assert client.get("/r/NOBODY/qr.svg").status_code == 404
