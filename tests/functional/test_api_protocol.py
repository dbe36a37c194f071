"""What holds for every call: tokens, scopes, problem documents, idempotency, limits, faults."""

from __future__ import annotations

import io
import json
import threading
from datetime import UTC, datetime
from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

import portal.api
from distribution.db import create_engine, transaction
from distribution.settings import tokens
from portal.commands import openapi
from tests.factories import ACTOR, a_distributor
from tests.functional.api_client import ApiClient, a_token, an_application

PERSON = {"email": "alice@example.com", "name": "Alice Example"}


@pytest.fixture
def application(engine: Engine, redis_url: str) -> Any:
    return an_application(engine, redis_url)


@pytest.fixture
def api(application: Any, engine: Engine) -> ApiClient:
    return ApiClient(application, a_token(engine))


def test_a_token_in_use_is_needed(application: Any, engine: Engine, api: ApiClient) -> None:
    with transaction(engine) as session:
        secret = tokens.new_secret()
        tokens.create(session, name="Old", secret=secret, actor=ACTOR, now=datetime.now(UTC))
    ApiClient(application, secret).get("/distributors")
    with transaction(engine) as session:
        tokens.revoke(session, "Old", actor=ACTOR, now=datetime.now(UTC))

    for header in ("", "Bearer", "Bearer nonsense", f"Bearer {secret}", f"Basic {secret}", "Bearer \xe9"):
        response = ApiClient(application, None)("GET", "/distributors", headers={"Authorization": header})
        assert response.status_code == 401
        assert response.content_type == "application/problem+json"
        assert response.headers["WWW-Authenticate"].startswith("Bearer")
    # A login of the portal is none here.
    cookie = {"Cookie": "session=abc; remember_token=abc"}
    assert ApiClient(application, None)("GET", "/distributors", headers=cookie).status_code == 401


def test_scopes(application: Any, engine: Engine) -> None:
    reader = ApiClient(application, a_token(engine, "read"))
    problem = reader.post("/distributors", PERSON, status=403)
    assert problem["code"] == "scope_missing"
    reader.get("/distributors")
    recruiter = ApiClient(application, a_token(engine, "distributors:write"))
    recruiter.post("/distributors", PERSON)
    recruiter.post("/settlements", {}, status=403)


ELSEWHERE = (
    "/distributors",
    "/distributors/{id}",
    "/distributors/{id}/team",
    "/distributors/{id}/tax-years",
    "/tax-years/2026",
    "/ledger/transfers",
    "/ledger/balances",
    "/settlements",
    "/statements",
    "/withdrawals",
    "/adjustments",
    "/reviews",
    "/plans/current",
    "/proof",
)


def test_a_till_reads_its_own_orders_alone(application: Any, engine: Engine, session: Session) -> None:
    someone = a_distributor(session)
    session.commit()
    till = ApiClient(application, a_token(engine, "orders:write"))
    assert till.get("/orders")["items"] == []
    till.get("/orders/unknown", status=404)
    for path in ELSEWHERE:
        refused = till.get(path.format(id=someone.id), status=403)
        assert (refused["code"], refused["detail"]) == ("scope_missing", "this token lacks the scope read")


@pytest.mark.parametrize(
    "method, path, data, headers, status, code",
    [
        ("POST", "/distributors", b"", {}, 400, "not_json"),
        ("POST", "/distributors", b"{", {}, 400, "not_json"),
        ("POST", "/distributors", b"\xff\xfe", {}, 400, "not_json"),
        ("POST", "/distributors", b'{"name": "\\ud800"}', {}, 400, "not_json"),
        ("POST", "/distributors", b"[" * 10_000, {}, 400, "not_json"),
        ("POST", "/distributors", b'{"name": ' + b"9" * 10_000 + b"}", {}, 400, "not_json"),
        ("POST", "/distributors", b"null", {}, 422, "invalid"),
        ("POST", "/distributors", b'{"name": NaN, "email": "a@example.com"}', {}, 422, "invalid"),
        ("POST", "/distributors", b"{}", {"Content-Type": "text/plain"}, 415, "unsupported_media_type"),
        ("POST", "/distributors", b"{}", {"Content-Type": ""}, 415, "unsupported_media_type"),
        (
            "POST",
            "/distributors",
            b"{}",
            {"Content-Type": "application/json; charset=utf-16"},
            415,
            "unsupported_media_type",
        ),
        ("POST", "/distributors", b"{}", {"Content-Encoding": "gzip"}, 415, "unsupported_media_type"),
        ("POST", "/distributors", b" " * 1_000_001, {}, 413, "request_entity_too_large"),
        ("GET", "/nothing", None, {}, 404, "not_found"),
        ("GET", "", None, {}, 404, "not_found"),
        ("GET", "/distributors/", None, {}, 404, "not_found"),
        ("GET", "/distributors/nobody", None, {}, 404, "not_found"),
        ("GET", "/distributors/00000000-0000-0000-0000-000000000000", None, {}, 404, "not_found"),
        ("DELETE", "/distributors", None, {}, 405, "method_not_allowed"),
        ("OPTIONS", "/distributors", None, {}, 405, "method_not_allowed"),
        ("GET", "/distributors?limit=0", None, {}, 422, "invalid"),
        ("GET", "/distributors?limit=1_0", None, {}, 422, "invalid"),
        ("GET", "/distributors?limit=1&limit=2", None, {}, 422, "invalid"),
        ("GET", "/distributors?page=2", None, {}, 422, "invalid"),
        ("GET", "/distributors?cursor=MTIz", None, {}, 422, "invalid"),
        ("GET", "/distributors?email=a%00b", None, {}, 422, "invalid"),
        ("POST", "/distributors", b"{}", {"Idempotency-Key": ""}, 422, "invalid"),
        ("POST", "/distributors", b"{}", {"Idempotency-Key": "x" * 256}, 422, "invalid"),
    ],
)
def test_what_is_wrong_is_a_problem_document(
    api: ApiClient,
    method: str,
    path: str,
    data: bytes | None,
    headers: dict[str, str],
    status: int,
    code: str,
) -> None:
    response = api(method, path, data=data, headers=headers)

    assert response.status_code == status
    assert response.content_type == "application/problem+json"
    problem = response.json
    assert problem is not None
    assert (problem["status"], problem["code"]) == (status, "invalid" if status == 422 else code)
    assert problem["title"]
    assert problem["detail"]
    if status == 422:
        assert problem["field"]
    if status == 405:
        assert response.headers["Allow"]


def test_a_body_of_unknown_length_is_limited_too(api: ApiClient) -> None:
    stream = io.BytesIO(b"{}" + b" " * 2_000_000)
    unknown = {"wsgi.input_terminated": True, "CONTENT_LENGTH": ""}
    response = api("POST", "/settlements", data=b"", environ={**unknown, "wsgi.input": stream})

    assert response.status_code == 413


def test_every_value_at_fault_is_listed(api: ApiClient) -> None:
    problem = api.post("/distributors", {"name": 7, "status": "left", "role": "x"}, status=422)

    assert {error["field"] for error in problem["errors"]} == {"email", "name", "status", "role"}


def test_a_key_is_carried_out_once(api: ApiClient, application: Any, engine: Engine) -> None:
    first = api("POST", "/distributors", PERSON, status=201, key="k-1")
    again = api("POST", "/distributors", PERSON, status=201, key="k-1")

    assert again.json == first.json
    assert (first.headers.get("Idempotency-Replayed"), again.headers["Idempotency-Replayed"]) == (
        None,
        "true",
    )
    other = api.post("/distributors", {**PERSON, "name": "Bob"}, status=409, key="k-1")
    assert (other["code"], other["field"]) == ("idempotency_key_reused", "Idempotency-Key")
    api.post("/clicks", {"code": "ALICE"}, status=409, key="k-1")
    # Another client's keys are its own; without a key the act is a new one.
    ApiClient(application, a_token(engine)).post("/distributors", PERSON, status=409, key="k-1")
    api.post("/distributors", PERSON, status=409)


def test_a_key_that_failed_is_free_again(api: ApiClient) -> None:
    sponsored = {**PERSON, "sponsor_code": "BOB"}
    api.post("/distributors", sponsored, status=422, key="k-1")
    api.post("/distributors", {"email": "bob@example.com", "name": "Bob", "code": "BOB"})

    api.post("/distributors", sponsored, key="k-1")


def test_many_at_once_with_one_key_do_it_once(api: ApiClient, engine: Engine) -> None:
    answers: list[Any] = []
    body = {
        "name": "Spring",
        "base": "net",
        "ceiling_bps": 3000,
        "hold_days": 7,
        "rates": [{"level": 1, "bps": 1}],
    }

    def send() -> None:
        answers.append(api("POST", "/plans", body, key="k-1"))

    threads = [threading.Thread(target=send) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert {answer.status_code for answer in answers} == {201}
    assert {answer.json["number"] for answer in answers} == {1}
    assert sum("Idempotency-Replayed" not in answer.headers for answer in answers) == 1
    assert len(api.get("/plans")["items"]) == 1


def test_requests_are_limited_by_token(engine: Engine, redis_url: str) -> None:
    application = an_application(engine, redis_url, per_minute=3)
    one, other = (ApiClient(application, a_token(engine)) for _ in range(2))
    # The count begins anew with each minute, which may begin meanwhile.
    statuses = [one("GET", "/distributors").status_code for _ in range(9)]

    assert statuses[:3] == [200, 200, 200]
    assert 429 in statuses
    other.get("/distributors")


def test_with_redis_away_nobody_is_held_up(engine: Engine) -> None:
    api = ApiClient(an_application(engine, "redis://127.0.0.1:1", per_minute=1), a_token(engine))

    for _ in range(3):
        api.get("/distributors")


def test_with_the_database_away_it_says_so(redis_url: str) -> None:
    engine = create_engine("postgresql://nobody@127.0.0.1:1/nothing")
    response = ApiClient(an_application(engine, redis_url), "sd_x")("GET", "/distributors")

    assert (response.status_code, response.content_type) == (503, "application/problem+json")
    assert response.headers["Retry-After"]


def test_our_own_mistakes_tell_nothing(
    api: ApiClient, session: Session, caplog: pytest.LogCaptureFixture
) -> None:
    person = a_distributor(session, email="secret@example.com")
    session.execute(text("ALTER TABLE distribution.distributors RENAME COLUMN depth TO depths"))
    session.commit()
    try:
        response = api("GET", f"/distributors/{person.id}")
    finally:
        session.execute(text("ALTER TABLE distribution.distributors RENAME COLUMN depths TO depth"))
        session.commit()

    assert response.status_code == 500
    problem = response.json
    assert problem is not None
    assert problem["code"] == "unexpected"
    assert "depth" not in problem["detail"]
    assert "unexpected error" in caplog.text
    assert str(person.id) not in caplog.text
    assert "secret@example.com" not in caplog.text


def test_answers_are_kept_by_nobody_and_open_to_no_page(api: ApiClient) -> None:
    headers = api("GET", "/distributors").headers

    assert headers["Cache-Control"] == "no-store"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "Access-Control-Allow-Origin" not in headers
    assert "Set-Cookie" not in headers


def test_head_is_get_without_its_body(api: ApiClient) -> None:
    response = api("HEAD", "/distributors")

    assert (response.status_code, response.data) == (200, b"")


def test_the_description_is_openapi_and_the_same_everywhere(application: Any) -> None:
    response = ApiClient(application, None)("GET", "/openapi.json", status=200)
    printed = CliRunner().invoke(openapi)

    assert response.json == json.loads(printed.output) == portal.api.document()
    assert response.json["openapi"].startswith("3.1")
    assert response.json["servers"] == [{"url": "/api/v1"}]
