"""Inviting in the console, and following the letter's link to an application or to no more letters."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from io import BytesIO
from uuid import UUID

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, select

from distribution.db import transaction
from distribution.invitation.invite import invite
from distribution.invitation.link import token
from distribution.invitation.tables import Invitation
from distribution.network import find
from distribution.privacy.encryption import Cipher
from distribution.settings import program
from tests.functional.console_client import ConsoleClient, last_act
from tests.functional.test_portal_access import apply

Console = Callable[[str], ConsoleClient]


def test_the_merchant_invites_many_at_once_and_reads_what_became_of_it(
    console: Console, lived_in_engine: Engine
) -> None:
    support = console("support")
    sent = {"addresses": "ada@new.example, bob@new.example", "words": "Join us", "locale": "en"}
    page = support.act("/console/invitations", sent, page="/console/invitations")
    assert "2 invitations are on their way." in page
    assert "a***@new.example" in page
    assert last_act(lived_in_engine, "invitation.send").after == {"count": 2, "locale": "en"}
    file = {"file": (BytesIO(b"name,mail\nC,cora@new.example\nA,ada@new.example\n"), "people.csv")}
    page = support.act("/console/invitations", file | {"locale": "zh_Hans"}, page="/console/invitations")
    assert "1 invitation is on its way." in page
    assert "1 was invited in the last month." in page


def test_what_is_no_address_is_said_at_the_field(console: Console) -> None:
    answer = console("owner").send("/console/invitations", {"addresses": "nobody", "locale": "en"})
    assert answer.status_code == 422
    assert "Enter at least one e-mail address." in answer.get_data(as_text=True)


def test_who_may_not_change_distributors_sends_nothing_and_sees_no_address(console: Console) -> None:
    reader = console("read_only")
    assert reader.send("/console/invitations", {"addresses": "x@new.example"}).status_code == 403
    page = reader.page("/console/invitations")
    assert "new.example" not in page
    assert "Send invitations" not in page


def invited(portal: Flask, engine: Engine, email: str) -> str:
    settings = portal.extensions["settings"]
    with transaction(engine) as session:
        done = invite(
            session,
            [email],
            words="",
            locale="en",
            cipher=Cipher(settings.encryption_keys),
            actor="merchant:1",
            now=datetime.now(UTC),
        )
    return f"/invited/{token(settings.secret_key, done.ids[0])}"


def test_the_link_leads_to_an_application_with_the_address_filled_in(
    portal: Flask, client: FlaskClient, engine: Engine
) -> None:
    with transaction(engine) as session:
        program.change(session, {"join_policy": "invitation"}, actor="merchant:1", now=datetime.now(UTC))
    link = invited(portal, engine, "ada@new.example")
    assert client.get(link).location == "/register"
    page = client.get("/register").get_data(as_text=True)
    assert 'value="ada@new.example"' in page
    assert "Your e-mail address is filled in below." in page
    assert "Invitation code" not in page
    assert apply(client, "ada@new.example") == 303
    with transaction(engine) as session:
        ada = find.by_email(session, "ada@new.example")
        assert ada is not None
        assert (ada.application or {})["source"] == "invitation"
        used = session.scalars(select(Invitation)).one()
        assert (used.distributor_id, used.email_encrypted) == (ada.id, None)
    assert "no longer valid" in client.get(link, follow_redirects=True).get_data(as_text=True)


def test_one_click_ends_them_and_looking_at_the_link_does_not(
    portal: Flask, client: FlaskClient, engine: Engine
) -> None:
    link = invited(portal, engine, "ada@new.example")
    assert "Do not invite me again" in client.get(f"{link}/decline").get_data(as_text=True)
    with transaction(engine) as session:
        assert session.scalars(select(Invitation.declined_at)).one() is None
    answer = client.post(f"{link}/decline", data={"List-Unsubscribe": "One-Click"})
    assert (answer.status_code, "not invite this address again" in answer.get_data(as_text=True)) == (
        200,
        True,
    )
    with transaction(engine) as session:
        assert session.scalars(select(Invitation.declined_at)).one() is not None


def test_a_link_that_nobody_signed_is_not_found(client: FlaskClient) -> None:
    for path in ("/invited/nonsense", "/invited/nonsense/decline", f"/invited/{UUID(int=1).hex}"):
        assert client.get(path).status_code == 404
