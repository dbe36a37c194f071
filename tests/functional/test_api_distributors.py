"""Distributors, teams and clicks by API."""

from __future__ import annotations

import copy
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from distribution.audit.tables import AuditEntry
from distribution.network.history import gradings, memberships, standings
from distribution.network.standing import SUSPEND, change_standing
from distribution.network.tables import Distributor
from distribution.promotion.tables import Click
from distribution.settings import program
from portal.api.resources.orders import EXAMPLE
from tests.factories import ACTOR, EARLY, a_distributor
from tests.functional.api_client import ApiClient, a_token, an_application


@pytest.fixture
def api(engine: Engine, redis_url: str) -> ApiClient:
    return ApiClient(an_application(engine, redis_url), a_token(engine))


def person(name: str, **more: Any) -> dict[str, Any]:
    return {"email": f"{name.lower()}@example.com", "name": name, **more}


def test_a_new_distributor(api: ApiClient, session: Session) -> None:
    top = api.post("/distributors", person("Top", code="TOP"))
    alice = api.post("/distributors", person("Alice", code="ALICE", sponsor_code="top"))

    assert {name: alice[name] for name in ("code", "email", "name", "status", "sponsor_id", "depth")} == {
        "code": "ALICE",
        "email": "alice@example.com",
        "name": "Alice",
        "status": "active",
        "sponsor_id": top["id"],
        "depth": 2,
    }
    assert alice["balances"] == []
    assert alice["joined_at"] == alice["created_at"]
    assert alice["created_at"].endswith("Z")
    assert api.get(f"/distributors/{alice['id']}") == alice
    (standing,) = standings(session, session.scalars(select(Distributor.id).filter_by(name="Alice")).one())
    assert standing.actor.startswith("token:")


def test_without_a_code_one_is_made_of_the_name(api: ApiClient) -> None:
    made = api.post("/distributors", person("Zoe", status="applied"))

    assert made["code"].startswith("ZOE-")
    assert (made["status"], made["joined_at"], made["sponsor_id"]) == ("applied", None, None)


@pytest.mark.parametrize(
    "change, status, code, field",
    [
        ({"email": "ALICE@example.com"}, 409, "email_taken", "email"),
        ({"email": "alice"}, 422, "invalid", "email"),
        ({"code": "alice"}, 409, "code_taken", "code"),
        ({"code": "a b"}, 422, "invalid", "code"),
        ({"sponsor_code": "NOBODY"}, 422, "unknown_sponsor_code", "sponsor_code"),
        ({"name": "   "}, 422, "invalid", "name"),
        ({"name": "x" * 121}, 422, "invalid", "name"),
        ({"name": "Bob\0"}, 422, "invalid", "name"),
        ({"status": "suspended"}, 422, "invalid", "status"),
        ({"grade": "gold"}, 422, "invalid", "grade"),
        ({"groups": ["press"]}, 422, "invalid", "groups"),
        ({"sponsor_id": str(uuid4())}, 422, "invalid", "sponsor_id"),
    ],
)
def test_what_is_refused(api: ApiClient, change: dict[str, Any], status: int, code: str, field: str) -> None:
    api.post("/distributors", person("Alice", code="ALICE"))
    problem = api.post("/distributors", {**person("Bob"), **change}, status=status)

    assert (problem["code"], problem["field"]) == (code, field)
    assert len(api.get("/distributors")["items"]) == 1


@pytest.fixture
def ranks(session: Session) -> None:
    program.change(
        session, {"grades": ["bronze", "gold"], "groups": ["press", "shops"]}, actor=ACTOR, now=EARLY
    )
    session.commit()


@pytest.mark.usefixtures("ranks")
def test_grade_and_groups(api: ApiClient, session: Session) -> None:
    alice = api.post("/distributors", person("Alice", grade="gold", groups=["shops", "press"]))
    bob = api.post("/distributors", person("Bob"))
    assert (alice["grade"], alice["groups"]) == ("gold", ["press", "shops"])
    assert (bob["grade"], bob["groups"]) == (None, [])

    path = f"/distributors/{alice['id']}"
    assert api.put(f"{path}/grade", {"grade": None, "reason": "a bad year"})["grade"] is None
    assert api.put(f"{path}/groups", {"groups": ["press"], "reason": "closed"})["groups"] == ["press"]
    api.put(f"/distributors/{bob['id']}/grade", {"grade": "bronze", "reason": "a good start"})

    assert api.get(path) == {**alice, "grade": None, "groups": ["press"]}
    assert [each["name"] for each in api.get("/distributors?grade=bronze")["items"]] == ["Bob"]
    assert [each["name"] for each in api.get("/distributors?group=press")["items"]] == ["Alice"]
    assert api.get("/distributors?group=shops")["items"] == []
    assert [row.reason for row in gradings(session, UUID(alice["id"]))] == [None, "a bad year"]
    assert all(row.actor.startswith("token:") for row in memberships(session, UUID(alice["id"])))


@pytest.mark.usefixtures("ranks")
@pytest.mark.parametrize(
    "path, body, status, field",
    [
        ("grade", {"grade": "platinum", "reason": "x"}, 422, "grade"),
        ("grade", {"reason": "x"}, 422, "grade"),
        ("grade", {"grade": "gold"}, 422, "reason"),
        ("grade", {"grade": "gold", "reason": ""}, 422, "reason"),
        ("groups", {"groups": ["press", "bloggers"], "reason": "x"}, 422, "groups"),
        ("groups", {"groups": None, "reason": "x"}, 422, "groups"),
        ("groups", {"groups": ["press"]}, 422, "reason"),
    ],
)
def test_a_grade_or_group_that_is_refused(
    api: ApiClient, path: str, body: dict[str, Any], status: int, field: str
) -> None:
    alice = api.post("/distributors", person("Alice", grade="gold"))
    assert api.put(f"/distributors/{alice['id']}/{path}", body, status=status)["field"] == field
    assert api.get(f"/distributors/{alice['id']}") == alice
    api.put(f"/distributors/{uuid4()}/grade", {"grade": "gold", "reason": "x"}, status=404)


def test_the_tree_is_as_deep_as_the_program_allows(api: ApiClient) -> None:
    api.post("/distributors", person("One", code="ONE"))
    for name, sponsor in (("Two", "ONE"), ("Three", "TWO")):
        api.post("/distributors", person(name, code=name.upper(), sponsor_code=sponsor))

    assert (
        api.post("/distributors", person("Four", sponsor_code="THREE"), status=422)["code"] == "tree_too_deep"
    )


def test_the_list(api: ApiClient, session: Session) -> None:
    for number in range(5):
        api.post("/distributors", person(f"Person{number}", status="applied" if number == 2 else "active"))

    first = api.get("/distributors?limit=3")
    rest = api.get(f"/distributors?limit=3&cursor={first['next_cursor']}")
    assert [each["name"][-1] for each in first["items"] + rest["items"]] == ["4", "3", "2", "1", "0"]
    assert rest["next_cursor"] is None
    assert [each["name"] for each in api.get("/distributors?status=applied")["items"]] == ["Person2"]
    assert [each["name"] for each in api.get("/distributors?email=PERSON1@example.com")["items"]] == [
        "Person1"
    ]


def test_the_team(api: ApiClient, session: Session) -> None:
    top = api.post("/distributors", person("Top", code="TOP"))
    alice = api.post("/distributors", person("Alice", code="ALICE", sponsor_code="TOP"))
    bob = api.post("/distributors", person("Bob", code="BOB", sponsor_code="TOP"))
    carol = api.post("/distributors", person("Carol", code="CAROL", sponsor_code="ALICE"))

    path = f"/distributors/{top['id']}/team"
    own = api.get(path)
    assert (own["level"], own["counts"]) == (1, {"1": 2, "2": 1, "3": 0})
    assert [member["id"] for member in own["members"]] == [alice["id"], bob["id"]]
    assert own["next_cursor"] is None
    second = api.get(f"{path}?level=2")
    assert second["members"] == [
        {
            "id": carol["id"],
            "code": "CAROL",
            "name": "Carol",
            "status": "active",
            "sponsor_id": alice["id"],
            "joined_at": carol["joined_at"],
        }
    ]
    assert api.get(f"{path}?level=3")["members"] == []
    page = api.get(f"{path}?limit=1")
    assert [member["code"] for member in page["members"]] == ["ALICE"]
    assert [m["code"] for m in api.get(f"{path}?limit=1&cursor={page['next_cursor']}")["members"]] == ["BOB"]
    for level in ("0", "4", "one", ""):
        assert api.get(f"{path}?level={level}", status=422)["field"] == "level"


def test_a_click_is_what_an_order_names(api: ApiClient, session: Session) -> None:
    alice = api.post("/distributors", person("Alice", code="ALICE"))
    visit = {
        "code": "alice",
        "url": "https://shop.example/p/1",
        "ip": "203.0.113.7",
        "user_agent": "Mozilla/5.0",
    }

    first = api.post("/clicks", visit)
    again = api.post("/clicks", visit)

    assert first["counted"] is True
    assert again == {"click": first["click"], "counted": False}
    (kept,) = session.scalars(select(Click))
    assert (kept.id, str(kept.distributor_id)) == (first["click"], alice["id"])
    assert b"203.0.113.7" not in (kept.ip_hash or b"")
    order = copy.deepcopy(dict(EXAMPLE))
    order.update(referral_code=None, click_id=first["click"])
    attribution = api.put("/orders/1", order)["attribution"]
    assert (attribution["distributor_id"], attribution["reason"]) == (alice["id"], "click")


def test_programs_are_not_counted(api: ApiClient, session: Session) -> None:
    api.post("/distributors", person("Alice", code="ALICE"))

    assert api.post("/clicks", {"code": "ALICE", "user_agent": "Googlebot/2.1"})["counted"] is False
    assert session.scalars(select(Click)).all() == []


def test_a_click_needs_an_active_distributor(api: ApiClient, session: Session) -> None:
    gone = a_distributor(session, code="GONE")
    change_standing(session, gone.id, SUSPEND, actor=ACTOR, now=EARLY, reason="a test wants it")
    session.commit()

    for code in ("GONE", "NOBODY", "x" * 255, "two words"):
        assert api.post("/clicks", {"code": code}, status=422)["field"] == "code"
    assert api.post("/clicks", {"code": "GONE", "ip": "999.0.0.1"}, status=422)["field"] == "ip"


def test_people_are_masked_unless_the_token_may_read_them(
    api: ApiClient, engine: Engine, redis_url: str, session: Session
) -> None:
    ada = api.post("/distributors", person("Ada", code="ADA") | {"name": "Ada Lovelace"})
    api.post("/distributors", person("Grace", sponsor_code="ADA") | {"name": "Grace Hopper"})
    reader = ApiClient(an_application(engine, redis_url), a_token(engine, "read", "distributors:write"))
    masked = {"email": "a***@example.com", "name": "Ada L."}
    changed = reader.put(f"/distributors/{ada['id']}/groups", {"groups": [], "reason": "none"})
    for answer in (
        reader.get(f"/distributors/{ada['id']}"),
        reader.get("/distributors")["items"][1],
        changed,
    ):
        assert {name: answer[name] for name in masked} == masked
    assert [each["name"] for each in reader.get(f"/distributors/{ada['id']}/team")["members"]] == ["Grace H."]
    # Whoever may ask for an address learns whose it is.
    refused = reader.get("/distributors?email=ada@example.com", status=403)
    assert refused["detail"] == "this token lacks the scope people:read"
    assert looks(session) == []


def test_who_reads_people_is_on_the_audit_log(
    api: ApiClient, engine: Engine, redis_url: str, session: Session
) -> None:
    ada = api.post("/distributors", person("Ada", code="ADA"))
    grace = api.post("/distributors", person("Grace", sponsor_code="ADA"))
    reader = ApiClient(an_application(engine, redis_url), a_token(engine, "read", "people:read"))
    assert reader.get("/distributors?email=ADA@example.com")["items"][0]["name"] == "Ada"
    assert reader.get(f"/distributors/{ada['id']}")["email"] == "ada@example.com"
    assert reader.get(f"/distributors/{ada['id']}/team")["members"][0]["name"] == "Grace"
    assert reader.get("/distributors?status=left")["items"] == []
    found = looks(session)
    assert [(each.action, each.subject_id, each.after) for each in found] == [
        ("distributor.reveal_list", "list_distributors", {"ids": [ada["id"]]}),
        ("distributor.reveal", ada["id"], None),
        ("distributor.reveal_list", "get_team", {"ids": [grace["id"]]}),
    ]
    assert {each.actor.split(":")[0] for each in found} == {"token"}


def looks(session: Session) -> list[AuditEntry]:
    query = select(AuditEntry).where(AuditEntry.action.startswith("distributor.reveal"))
    return list(session.scalars(query.order_by(AuditEntry.number)))
