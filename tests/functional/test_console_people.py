"""Applications and distributors: each act by its verb, its trace on the audit log."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from distribution.leaving import close
from distribution.network import find
from distribution.privacy.encryption import Cipher, new_key
from tests.functional.console_client import ConsoleClient, last_act, merchant_actor
from tests.functional.console_world import ConsoleWorld

Console = Callable[[str], ConsoleClient]


def _status(engine: Engine, distributor_id: object) -> str:
    with Session(engine) as session:
        return find.by_id(session, str(distributor_id)).status


def test_applications_are_decided_one_by_one_and_many_at_once(
    console: Console, shop: ConsoleWorld, lived_in_engine: Engine
) -> None:
    support, (first, second, third) = console("support"), shop.applicants
    assert "Nora Lindqvist" in support.page("/console/applications")
    page = support.act("/console/applications", {"approve_one": str(first)})
    assert "1 application approved." in page
    assert "Nora Lindqvist" not in page
    assert _status(lived_in_engine, first) == "active"
    act = last_act(lived_in_engine, "distributor.approve")
    assert (act.actor, act.subject_id) == (merchant_actor(lived_in_engine, "support"), str(first))
    assert (act.before, act.after) == ({"status": "applied"}, {"status": "active"})

    both = {"ids": [str(second), str(third)], "act": "reject"}
    assert "Say why, in a few words." in support.act("/console/applications", both)
    assert _status(lived_in_engine, second) == "applied"
    assert "2 applications rejected." in support.act(
        "/console/applications", {**both, "reason": "no website"}
    )
    assert last_act(lived_in_engine, "distributor.reject").reason == "no website"

    again = support.act("/console/applications", {"ids": [str(first)], "act": "approve"})
    assert "not possible from their present status" in again
    assert "Choose at least one." in support.act("/console/applications", {"act": "approve"})


def test_suspended_and_reinstated_with_the_reason(
    console: Console, shop: ConsoleWorld, lived_in_engine: Engine
) -> None:
    owner, path = console("owner"), f"/console/distributors/{shop.world.hero_id}"
    assert "Say why" in owner.act(f"{path}/standing/suspend")
    assert "Suspended" in owner.act(f"{path}/standing/suspend", {"reason": "brand bidding"})
    assert "brand bidding" in owner.page(path)
    assert last_act(lived_in_engine, "distributor.suspend").reason == "brand bidding"
    assert "Active" in owner.act(f"{path}/standing/reinstate")
    assert owner.send(f"{path}/standing/leave").status_code == 403
    assert owner.send(f"{path}/standing/promote").status_code == 404


def test_moved_to_another_sponsor(console: Console, shop: ConsoleWorld, lived_in_engine: Engine) -> None:
    owner = console("owner")
    path = f"/console/distributors/{shop.world.hero_id}/sponsor"
    circle = owner.send(path, {"sponsor": "P00", "reason": "they know each other"})
    assert circle.status_code == 422
    assert "own downline" in circle.get_data(as_text=True)
    unknown = owner.send(path, {"sponsor": "NOT-A-CODE", "reason": "x"})
    assert "Nobody has this code" in unknown.get_data(as_text=True)
    assert "Say why" in owner.send(path, {"sponsor": "P00", "reason": ""}).get_data(as_text=True)

    with Session(lived_in_engine) as session:
        person = find.by_email(session, "diego@example.com")
        assert person is not None
    moved = owner.act(f"/console/distributors/{person.id}/sponsor", {"sponsor": "", "reason": "asked for it"})
    assert "Moved." in moved
    assert "asked for it" in moved
    act = last_act(lived_in_engine, "distributor.move")
    assert act.reason == "asked for it"
    assert act.before == {"sponsor_id": str(shop.world.hero_id), "depth": 2}
    assert act.after == {"sponsor_id": None, "depth": 1}


def test_codes_and_vouchers(console: Console, shop: ConsoleWorld, lived_in_engine: Engine) -> None:
    owner, path = console("owner"), f"/console/distributors/{shop.world.hero_id}"
    assert "The code works" in owner.act(f"{path}/codes", {"code": "LOVELACE"})
    taken = owner.send(f"{path}/codes", {"code": "lovelace"})
    assert taken.status_code == 422
    assert "This code is taken" in taken.get_data(as_text=True)
    assert owner.send(f"{path}/codes", {"code": "a b"}).status_code == 422
    assert "are theirs" in owner.act(f"{path}/vouchers", {"voucher": "SPRING 25"})
    assert "leads nowhere" in owner.act(f"{path}/codes/off", {"code": "LOVELACE"})
    after = last_act(lived_in_engine, "code.deactivate").after
    assert after is not None
    assert after["code"] == "LOVELACE"


def test_whoever_looks_at_personal_data_is_noted(
    console: Console, shop: ConsoleWorld, lived_in_engine: Engine
) -> None:
    support = console("support")
    answer = support.send(f"/console/distributors/{shop.world.hero_id}/reveal")
    assert "ada@example.com" in answer.get_data(as_text=True)
    act = last_act(lived_in_engine, "distributor.reveal")
    assert (act.actor, act.subject_id) == (
        merchant_actor(lived_in_engine, "support"),
        str(shop.world.hero_id),
    )


def test_somebody_is_added_without_an_application(console: Console) -> None:
    owner = console("owner")
    wrong = owner.send(
        "/console/distributors/new", {"name": "Ida", "email": "ida@", "sponsor_code": "", "code": ""}
    ).get_data(as_text=True)
    assert "does not look like an e-mail address" in wrong
    form = {"name": "Ida Nowak", "email": "ida@example.com", "sponsor_code": "ADA", "code": "IDA"}
    page = owner.act("/console/distributors/new", form)
    assert "Ida Nowak is in the program." in page
    assert "Somebody else has this e-mail address." in owner.send("/console/distributors/new", form).get_data(
        as_text=True
    )


def test_searching(console: Console) -> None:
    owner = console("owner")
    for wanted in ("lovel", "ada@example.com", "ADA@EXAMPLE.COM", "ada10"):
        assert "Ada Lovelace" in owner.page(f"/console/distributors?search={wanted}"), wanted
    for wanted in ("ada@", "%25", "_"):
        assert "Nobody found" in owner.page(f"/console/distributors?search={wanted}"), wanted
    assert "Ada Lovelace" not in owner.page("/console/distributors?status=rejected")


def test_grade_and_groups_with_the_reason(
    console: Console, shop: ConsoleWorld, lived_in_engine: Engine
) -> None:
    owner, path = console("owner"), f"/console/distributors/{shop.world.hero_id}"
    page = owner.page(path)
    assert "Press, Shops" in page
    assert '<option selected value="Silver">' in page
    for change in ({"grade": "Gold"}, {"grade": "Gold", "reason": " "}):
        answer = owner.send(f"{path}/grade", change)
        assert answer.status_code == 422
        assert "Say why" in answer.get_data(as_text=True)
    assert owner.send(f"{path}/grade", {"grade": "Platinum", "reason": "x"}).status_code == 422
    assert owner.send(f"{path}/groups", {"groups": ["Bloggers"], "reason": "x"}).status_code == 422

    assert "The grade is changed." in owner.act(f"{path}/grade", {"grade": "Gold", "reason": "a good year"})
    act = last_act(lived_in_engine, "distributor.set_grade")
    assert (act.before, act.after, act.reason) == ({"grade": "Silver"}, {"grade": "Gold"}, "a good year")
    page = owner.act(f"{path}/groups", {"groups": ["Schools", "Press"], "reason": "closed their shop"})
    assert "The groups are changed." in page
    assert "Left Shops" in page
    act = last_act(lived_in_engine, "distributor.set_groups")
    assert (act.after, act.reason) == ({"groups": ["Press", "Schools"]}, "closed their shop")
    assert "Grade changed" in owner.page(f"/console/audit?subject_id={shop.world.hero_id}")
    owner.act(f"{path}/grade", {"grade": "", "reason": "a bad year"})
    assert last_act(lived_in_engine, "distributor.set_grade").after == {"grade": None}
    owner.act(f"{path}/grade", {"grade": "Silver", "reason": "back again"})
    owner.act(f"{path}/groups", {"groups": ["Press", "Shops"], "reason": "back again"})
    assert console("read_only").send(f"{path}/grade", {"grade": "", "reason": "x"}).status_code == 403


def test_the_list_by_grade_and_group(console: Console) -> None:
    owner = console("owner")
    for wanted in ("grade=Silver", "group=Press", "grade=Silver&group=Shops&status=active"):
        page = owner.page(f"/console/distributors?{wanted}")
        assert "Ada Lovelace" in page, wanted
        assert page.count("cell-main") == 1, wanted
    for wanted in ("grade=Gold", "group=Schools", "grade=None", "group=%00"):
        assert "Nobody found" in owner.page(f"/console/distributors?{wanted}"), wanted


def test_that_somebody_is_closing_their_account_is_seen_and_ended_by_reinstating(
    console: Console, shop: ConsoleWorld, lived_in_engine: Engine
) -> None:
    who, asked = shop.world.hero_id, datetime.now(UTC) - timedelta(days=14)
    with Session(lived_in_engine) as session:
        close.ask(session, who, forgoes_rest=False, reason=None, now=asked)
        session.commit()
    owner, page = console("owner"), f"/console/distributors/{who}"
    assert "They asked to close their account." in owner.page(page)
    with Session(lived_in_engine) as session:
        assert not close.go_on(session, who, cipher=Cipher([new_key()]), now=datetime.now(UTC))
        session.commit()
    assert "They are closing their account, and earn nothing new since" in owner.page(page)
    answer = owner.act(f"{page}/standing/reinstate")
    assert "closing their account" not in answer
    assert _status(lived_in_engine, who) == "active"
