"""What the plugin reads of codes as a user who may read nothing else, and what becomes of what it tells by itself."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from secrets import token_hex

import psycopg
import pytest
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from distribution.attribution.rebind import bindings
from distribution.privacy.hashing import email_hash, shopper_key
from distribution.promotion import vouchers
from distribution.promotion.offer import ChannelOffer, Offer, keep_offer, offer_of
from distribution.settings import program
from distribution.settings.document import VoucherRules
from jobs.drain import drain
from saleor_plugin.configuration import told_to_the_program
from saleor_plugin.directory import Directory
from saleor_plugin.inbox import Inbox
from saleor_plugin.postgres import DatabaseUnavailable
from saleor_plugin.referral import SignUp
from saleor_plugin.signals import Settings, Signal
from tests.factories import ACTOR, EARLY, a_distributor

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
OFFER = Offer("percentage", "order", False, None, None, (ChannelOffer("us", "USD", "10", None),))


@pytest.fixture
def directory(session: Session, database_url: str) -> Iterator[Directory]:
    """As a user with what docs/saleor-plugin.md grants, and no more."""
    user = f"plugin_{token_hex(4)}"
    session.execute(text(f"CREATE ROLE {user} LOGIN"))
    session.execute(text(f"GRANT USAGE ON SCHEMA distribution TO {user}"))
    session.execute(text(f"GRANT INSERT ON distribution.inbox TO {user}"))
    session.execute(text(f"GRANT SELECT ON distribution.storefront_codes TO {user}"))
    session.commit()
    parts = psycopg.conninfo.conninfo_to_dict(database_url)
    directory = Directory(psycopg.conninfo.make_conninfo(**{**parts, "user": user}))
    yield directory
    directory.close()
    session.rollback()
    session.execute(text(f"DROP OWNED BY {user}"))
    session.execute(text(f"DROP ROLE {user}"))
    session.commit()


def test_only_what_may_be_shown_is_read(session: Session, directory: Directory) -> None:
    a_distributor(session, name="Emma Larsen", code="EMMA")
    a_distributor(session, name=" 王小明 ", code="XIAO")
    a_distributor(session, name="Sam Gone", code="SAM", status="suspended")
    session.commit()
    found = directory.find(["EMMA", "XIAO", "SAM", "NOBODY", "it's \\ %s 💸"])
    assert found == {
        "EMMA": {"code": "EMMA", "name": "Emma", "voucher": None, "offer": None},
        "XIAO": {"code": "XIAO", "name": "王**", "voucher": None, "offer": None},
    }
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        directory._connection.execute("SELECT name FROM distribution.distributors")


def test_the_voucher_and_its_discount_go_with_the_code(session: Session, directory: Directory) -> None:
    emma = a_distributor(session, name="Emma Larsen", code="EMMA")
    rules = VoucherRules(voucher_id="v", prefix="FRIEND-")
    vouchers.issue_vouchers(session, rules, actor=ACTOR, now=EARLY)
    vouchers.put(session, rules, {"FRIEND-EMMA": None}, now=NOW)
    keep_offer(session, "v", OFFER, now=NOW)
    session.commit()
    assert offer_of(session, "v") == OFFER
    found = directory.find(["EMMA"])["EMMA"]
    assert found["voucher"] == "FRIEND-EMMA"
    offer = found["offer"]
    assert isinstance(offer, dict)
    assert offer["channels"] == [{"channel": "us", "currency": "USD", "value": "10", "minimum": None}]
    assert directory.find(["FRIEND-EMMA"])["FRIEND-EMMA"]["voucher"] == "FRIEND-EMMA"
    assert emma.status == "active"


def test_a_database_without_the_view_is_unavailable_with_the_reason(empty_database_url: str) -> None:
    directory = Directory(empty_database_url)
    with pytest.raises(DatabaseUnavailable, match="SQLSTATE 42P01"):
        directory.find(["EMMA"])
    directory.close()


def test_a_sign_up_binds_and_leaves_no_address_behind(
    session: Session, engine: Engine, database_url: str
) -> None:
    emma = a_distributor(session, code="EMMA")
    program.change(session, {"attribution": {"binding_moment": "sign_up"}}, actor=ACTOR, now=EARLY)
    session.commit()
    inbox = Inbox(database_url)
    signed_up = Signal("customer", "VXNlcjo3", "customer_created", SignUp("EMMA", None, "Buyer@Example.com"))
    inbox.write([signed_up])
    inbox.close()
    drained = drain(engine, None)
    assert (drained.news, drained.put_back) == (1, 0)
    [binding] = bindings(session, email_hash(shopper_key(session), "buyer@example.com"))
    assert binding.distributor_id == emma.id
    assert session.execute(text("SELECT count(*) FROM distribution.inbox")).scalar_one() == 0
    everything = session.execute(text("SELECT string_agg(audit_log::text, '') FROM distribution.audit_log"))
    assert "uyer@" not in everything.scalar_one()


def test_settings_saved_in_the_dashboard_are_in_force(
    session: Session, engine: Engine, database_url: str
) -> None:
    session.commit()
    document = told_to_the_program(
        [
            {"name": "referral_code_key", "value": "ref"},
            {"name": "attribution_touch", "value": "first"},
            {"name": "voucher_prefix", "value": "FRIEND-"},
        ]
    )
    stranger = {**document, "join_policy": "open", "attribution": {"touch": "first", "binding_days": 1}}
    inbox = Inbox(database_url)
    inbox.write([Signal("settings", "distribution", "plugin_saved", Settings(stranger))])
    inbox.close()
    assert drain(engine, None).news == 1
    settings = program.read(session)
    assert (settings.metadata.referral_code, settings.attribution.touch) == ("ref", "first")
    assert settings.vouchers.prefix == "FRIEND-"
    assert (settings.join_policy, settings.attribution.binding_days) == ("review", 365)
    actor = session.execute(text("SELECT actor FROM distribution.audit_log WHERE action = 'program.change'"))
    assert actor.scalar_one() == "job:saleor_plugin"


def test_settings_that_cannot_be_are_put_back_with_the_reason(
    session: Session, engine: Engine, database_url: str
) -> None:
    session.commit()
    inbox = Inbox(database_url)
    wrong = Settings({"attribution": {"window_days": -1}})
    inbox.write([Signal("settings", "distribution", "plugin_saved", wrong)])
    inbox.close()
    assert drain(engine, None).put_back == 1
    error = session.execute(text("SELECT last_error FROM distribution.inbox")).scalar_one()
    assert "window_days" in error
