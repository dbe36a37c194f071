"""The shop's staff come into the console by the token of its dashboard, and nobody else does."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from uuid import UUID

import jwt
import pytest
from pyotp import TOTP
from sqlalchemy import Engine, update

from distribution.access.holder import Holder
from distribution.access.identities import identities_of
from distribution.access.second_factor import begin, enable
from distribution.access.tables import ExternalIdentity, SingleUseCode
from distribution.access.totp import secret_text
from distribution.db import transaction
from distribution.privacy.encryption import Cipher
from distribution.settings import merchants, program
from distribution.settings.tables import Merchant
from tests.factories import ACTOR
from tests.functional.console_world import PASSWORD
from tests.functional.sign_in_world import ALL, SignInWorld, page, refusal, send, sign_in_world
from tests.saleor_signing import SigningKey, key_named

HANNA = "VXNlcjox"
HER_EMAIL = "hanna@shop.example"


@pytest.fixture
def world(engine: Engine, database_url: str, redis_url: str) -> Iterator[SignInWorld]:
    with sign_in_world(engine, database_url, redis_url) as world:
        world.shop.person(HANNA, HER_EMAIL, *ALL, firstName="Hanna", lastName="Berg")
        yield world


def bridge(world: SignInWorld, **changes: object) -> str:
    """Her token as the dashboard hands it to our App."""
    return world.shop.token(HANNA, type="thirdparty", **changes)


def merchant_of(world: SignInWorld, email: str = HER_EMAIL) -> Merchant | None:
    with transaction(world.engine) as session:
        found = merchants.by_email(session, email)
        session.expunge_all()
        return found


def test_an_owner_of_the_shop_is_one_here_after_one_click(world: SignInWorld) -> None:
    path = world.link("staff", bridge(world), to="/console/orders")
    browser = world.browser()
    shown = page(browser, path)
    assert "Continue as Hanna Berg" in shown
    assert HER_EMAIL in shown
    assert merchant_of(world) is None

    answer = send(browser, path)
    assert (answer.status_code, answer.location) == (303, "/console/orders")
    assert "Hanna Berg" in page(browser, "/console/account")

    merchant = merchant_of(world)
    assert merchant is not None
    assert (merchant.role, merchant.password_hash, merchant.name) == ("owner", None, "Hanna Berg")
    with transaction(world.engine) as session:
        [identity] = identities_of(session, "merchant", merchant.id)
        assert (identity.issuer, identity.subject, identity.follows) == (world.shop.url, HANNA, True)
    acts = world.audit("merchant.create", "merchant.link_identity", "merchant.sign_in")
    assert [(act.action, act.actor) for act in acts] == [
        ("merchant.create", "job:sign_in"),
        ("merchant.link_identity", "job:sign_in"),
        ("merchant.sign_in", f"merchant:{merchant.id}"),
    ]


def test_their_own_access_token_does_as_well(world: SignInWorld) -> None:
    browser = world.browser()
    assert send(browser, world.link("staff", world.shop.token(HANNA))).location == "/console/"


def test_a_link_works_once_and_for_two_minutes(world: SignInWorld) -> None:
    path = world.link("staff", bridge(world))
    first, second = world.browser(), world.browser()
    page(second, path)
    assert send(first, path).location == "/console/"
    with second.session_transaction() as kept:
        kept.clear()
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page(second, "/login"))
    assert token is not None
    assert second.post(path, data={"csrf_token": token[1]}).location == "/login"
    assert second.get("/console/").status_code == 303

    late = world.link("staff", bridge(world))
    with transaction(world.engine) as session:
        past = datetime.now(UTC) - timedelta(minutes=3)
        session.execute(update(SingleUseCode).values(created_at=past, expires_at=past + timedelta(minutes=2)))
    assert world.browser().get(late).location == "/login"


def test_the_link_is_no_login_by_itself(world: SignInWorld) -> None:
    path = world.link("staff", bridge(world))
    browser = world.browser()
    page(browser, path)
    page(browser, path)
    assert browser.get("/console/").status_code == 303
    assert browser.post(path).status_code == 400


def test_each_sign_in_renews_the_role(world: SignInWorld) -> None:
    browser = world.browser()
    send(browser, world.link("staff", bridge(world)))
    with transaction(world.engine) as session:
        merchants.create(
            session, email="other@shop.example", password=PASSWORD, actor=ACTOR, now=datetime.now(UTC)
        )
    world.shop.person(HANNA, HER_EMAIL, "MANAGE_ORDERS", "MANAGE_PRODUCTS")
    again = world.browser()
    send(again, world.link("staff", bridge(world)))

    merchant = merchant_of(world)
    assert merchant is not None
    assert merchant.role == "support"
    assert browser.get("/console/").status_code == 303
    assert again.get("/console/").status_code == 200
    [change] = world.audit("merchant.change_role")
    assert (change.actor, change.before, change.after) == (
        "job:sign_in",
        {"role": "owner"},
        {"role": "support"},
    )


def test_the_last_owner_is_not_demoted_and_not_let_in(world: SignInWorld) -> None:
    send(world.browser(), world.link("staff", bridge(world)))
    world.shop.person(HANNA, HER_EMAIL, "MANAGE_ORDERS")
    browser = world.browser()
    answer = send(browser, world.link("staff", bridge(world)))
    assert answer.status_code == 403
    assert "you are the last owner here" in html.unescape(answer.get_data(as_text=True))
    assert browser.get("/console/").status_code == 303


@pytest.mark.parametrize(
    "permissions, role",
    [
        (ALL, "owner"),
        (("HANDLE_PAYMENTS", "MANAGE_ORDERS"), "finance"),
        (("MANAGE_ORDERS",), "support"),
        (("MANAGE_PRODUCTS", "MANAGE_ORDERS", "MANAGE_USERS"), "support"),
    ],
)
def test_permissions_make_roles(world: SignInWorld, permissions: tuple[str, ...], role: str) -> None:
    world.shop.person(HANNA, HER_EMAIL, *permissions)
    send(world.browser(), world.link("staff", bridge(world)))
    merchant = merchant_of(world)
    assert merchant is not None
    assert merchant.role == role


def test_the_merchant_says_which_permissions(world: SignInWorld) -> None:
    world.rules(roles={"owner": ["MANAGE_PLUGINS"], "read_only": ["MANAGE_PRODUCTS"], "support": []})
    world.shop.person(HANNA, HER_EMAIL, "MANAGE_PRODUCTS", "MANAGE_ORDERS")
    send(world.browser(), world.link("staff", bridge(world)))
    merchant = merchant_of(world)
    assert merchant is not None
    assert merchant.role == "read_only"


def refused(world: SignInWorld) -> dict[str, tuple[str | None, tuple[int, str]]]:
    """Tokens that hand nobody over, with status and reason."""
    shop, past = world.shop, datetime.now(UTC) - timedelta(seconds=1)
    hs = jwt.encode({"user_id": HANNA, "type": "access"}, "s" * 32, headers={"kid": "first"})
    none = jwt.encode({"user_id": HANNA, "type": "access"}, None, algorithm="none", headers={"kid": "first"})
    return {
        "no token": (None, (401, "bad_token")),
        "not a token": ("x.y.z", (401, "bad_token")),
        "another key of that id": (shop.token(HANNA, SigningKey("first")), (401, "bad_token")),
        "an unknown key": (shop.token(HANNA, key_named("theirs")), (401, "unknown_key")),
        "symmetric": (hs, (401, "bad_token")),
        "unsigned": (none, (401, "bad_token")),
        "another shop": (shop.token(HANNA, iss="https://stranger.example.com/graphql/"), (401, "bad_token")),
        "expired": (shop.token(HANNA, exp=past), (401, "bad_token")),
        "without end": (shop.token(HANNA, exp=None), (401, "bad_token")),
        "for ever": (shop.token(HANNA, exp=True), (401, "bad_token")),
        "a refresh token": (shop.token(HANNA, type="refresh"), (401, "bad_token")),
        "for another app": (bridge(world, app="QXBwOjk="), (401, "bad_token")),
        "for no app": (bridge(world, app=None), (401, "bad_token")),
        "of nobody": (shop.token(HANNA, user_id=None), (401, "bad_token")),
        "no staff": (shop.token(HANNA, is_staff=False), (403, "not_permitted")),
        "no permission": (bridge(world, user_permissions=["MANAGE_PRODUCTS"]), (403, "not_permitted")),
    }


def test_nobody_else_is_handed_over(world: SignInWorld) -> None:
    seen = {name: refusal(world.hand_over("staff", token)) for name, (token, _) in refused(world).items()}
    assert seen == {name: wanted for name, (_, wanted) in refused(world).items()}
    assert merchant_of(world) is None


def test_a_customer_is_no_staff(world: SignInWorld) -> None:
    world.shop.person("VXNlcjo5", "buyer@example.com")
    assert refusal(world.hand_over("staff", world.shop.token("VXNlcjo5"))) == (403, "not_permitted")


def test_it_is_off_until_an_owner_says_so(world: SignInWorld) -> None:
    world.rules(staff=False)
    assert refusal(world.hand_over("staff", bridge(world))) == (403, "switched_off")


def test_a_shop_that_does_not_answer_is_asked_again_later(world: SignInWorld) -> None:
    token = bridge(world)
    world.hand_over("staff", token)
    world.shop.up = False
    assert refusal(world.hand_over("staff", token)) == (503, "unreachable")


@pytest.mark.parametrize("gone", [{"isActive": False}, {"userPermissions": []}])
def test_who_is_deactivated_in_the_shop_is_out(world: SignInWorld, gone: dict[str, object]) -> None:
    browser = world.browser()
    send(browser, world.link("staff", bridge(world)))
    assert browser.get("/console/").status_code == 200
    token = world.shop.token(HANNA)
    world.shop.people[HANNA] |= gone
    reason = "inactive" if "isActive" in gone else "not_permitted"
    assert refusal(world.hand_over("staff", token)) == (403, reason)
    assert browser.get("/console/").status_code == 303
    [act] = world.audit("merchant.refuse_sign_in")
    assert act.after == {"sessions": 1}


def test_who_lost_the_role_after_the_link_was_made_is_someone_else_now(world: SignInWorld) -> None:
    """An e-mail address that moves to another login of the shop takes no account along."""
    send(world.browser(), world.link("staff", bridge(world)))
    world.shop.person("VXNlcjo3", HER_EMAIL, *ALL)
    browser = world.browser()
    answer = send(browser, world.link("staff", world.shop.token("VXNlcjo3")))
    assert answer.location == "/sent/connect"
    assert browser.get("/console/").status_code == 303
    merchant = merchant_of(world)
    assert merchant is not None
    with transaction(world.engine) as session:
        assert [each.subject for each in identities_of(session, "merchant", merchant.id)] == [HANNA]


def local_login(world: SignInWorld) -> UUID:
    with transaction(world.engine) as session:
        return merchants.create(
            session, email=HER_EMAIL, password=PASSWORD, role="finance", actor=ACTOR, now=datetime.now(UTC)
        ).id


def test_a_login_of_ours_is_connected_by_its_holder_alone(world: SignInWorld) -> None:
    merchant_id = local_login(world)
    browser = world.browser()
    assert send(browser, world.link("staff", bridge(world))).location == "/sent/connect"
    assert browser.get("/console/").status_code == 303
    [mail] = world.mails()
    assert mail["to"] == HER_EMAIL
    found = re.search(r"http://localhost(/connect/\S+)", mail["text"])
    assert found is not None

    wrong = send(browser, found[1], password="not hers at all")
    assert wrong.status_code == 422
    assert send(browser, found[1], password=PASSWORD).location == "/console/"
    assert browser.get("/console/").status_code == 200
    with transaction(world.engine) as session:
        [identity] = identities_of(session, "merchant", merchant_id)
        assert (identity.subject, identity.follows) == (HANNA, False)
        assert merchants.by_id(session, merchant_id).role == "finance"
    assert world.browser().get(found[1]).location == "/login"
    assert send(world.browser(), world.link("staff", bridge(world))).location == "/console/"


def test_an_address_the_shop_has_not_confirmed_connects_nothing(world: SignInWorld) -> None:
    local_login(world)
    world.shop.people[HANNA]["isConfirmed"] = False
    answer = send(world.browser(), world.link("staff", bridge(world)))
    assert answer.status_code == 403
    assert world.mails() == []


def test_the_second_step_is_asked_all_the_same(world: SignInWorld) -> None:
    send(world.browser(), world.link("staff", bridge(world)))
    merchant = merchant_of(world)
    assert merchant is not None
    holder = Holder("merchant", merchant.id, merchant.name, merchant.email, None)
    cipher = Cipher(world.app.extensions["settings"].encryption_keys)
    secret, now = secret_text(b"x" * 20), datetime.now(UTC)
    with transaction(world.engine) as session:
        begin(session, holder, secret=secret, cipher=cipher, now=now)
        code = TOTP(secret).at(now, counter_offset=-1)
        assert enable(session, holder, code=code, recovery_codes=["a"], keep=None, cipher=cipher, now=now)
    browser = world.browser()
    answer = send(browser, world.link("staff", bridge(world), to="/console/orders"))
    assert answer.location == "/console/login/code"
    assert browser.get("/console/").status_code == 303
    answer = send(browser, "/console/login/code", code=TOTP(secret).at(datetime.now(UTC)))
    assert answer.location == "/console/orders"
    assert browser.get("/console/").status_code == 200


def test_a_role_that_needs_the_second_step_sets_it_up_without_a_password(world: SignInWorld) -> None:
    with transaction(world.engine) as session:
        program.change(
            session, {"sign_in": {"second_factor_roles": ["owner"]}}, actor=ACTOR, now=datetime.now(UTC)
        )
    world.app.extensions["program"].forget()
    browser = world.browser()
    send(browser, world.link("staff", bridge(world)))
    assert browser.get("/console/").location == "/console/account/security"
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page(browser, "/console/account/security"))
    assert token is not None
    browser.post("/console/account/second-step", data={"csrf_token": token[1]})
    shown = page(browser, "/console/account/second-step/set-up")
    assert 'type="password"' not in shown
    secret = re.search(r'class="secret"[^>]*>([^<]+)', shown)
    assert secret is not None
    code = TOTP(secret[1].replace(" ", "")).at(datetime.now(UTC))
    answer = send(browser, "/console/account/second-step/set-up", code=code)
    assert answer.status_code == 200
    assert browser.get("/console/").status_code == 200


def test_the_list_of_people_says_who_is_from_the_shop(world: SignInWorld) -> None:
    browser = world.browser()
    send(browser, world.link("staff", bridge(world)))
    assert "from the shop" in page(browser, "/console/people")


def test_the_login_page_offers_only_what_is_set_up(world: SignInWorld) -> None:
    assert "Continue with Saleor" not in page(world.browser(), "/console/login")
    world.rules(dashboard="https://shop.example.com/dashboard/apps/QXBwOjIw/app")
    shown = page(world.browser(), "/console/login")
    assert "Continue with Saleor" in shown
    assert 'href="https://shop.example.com/dashboard/apps/QXBwOjIw/app"' in shown


def test_a_token_is_handed_over_so_often(world: SignInWorld) -> None:
    token = bridge(world)
    answers = [world.hand_over("staff", token) for _ in range(21)]
    assert [answer.status_code for answer in answers] == [200] * 20 + [429]
    assert refusal(answers[-1]) == (429, "too_many")


def test_nothing_about_the_person_lies_open_in_the_database(world: SignInWorld) -> None:
    world.link("staff", bridge(world))
    with transaction(world.engine) as session:
        [kept] = session.query(SingleUseCode).all()
        assert HER_EMAIL not in kept.content_encrypted
        assert session.query(ExternalIdentity).all() == []
