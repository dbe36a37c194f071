"""The second step of a login and the list of sessions, over HTTP, for both kinds of people."""

from __future__ import annotations

import html
import re
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from pyotp import TOTP
from sqlalchemy import Engine, select, update

from distribution.access.tables import LoginSession, SecondFactor
from distribution.audit.tables import AuditEntry
from distribution.cli.run import run
from distribution.db import transaction
from distribution.settings import merchants, program
from tests import letters
from tests.factories import ACTOR, a_distributor
from tests.functional.conftest import token_of
from tests.functional.queries import queries
from tests.functional.world import PASSWORD

EMAIL = "ada@example.com"
ROOTS = {"distributor": "", "merchant": "/console"}
PHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 Version/17.0 Safari/604.1"
)


class Person:
    """Somebody with a browser; what differs between the kinds is where their pages are."""

    def __init__(self, kind: str, portal: Flask, engine: Engine) -> None:
        self.kind, self.root, self.engine, self.portal = kind, ROOTS[kind], engine, portal
        self.browser = portal.test_client()
        self.secret = ""

    def elsewhere(self) -> FlaskClient:
        """Another browser of theirs."""
        return self.portal.test_client()

    def log_in(self, browser: FlaskClient | None = None, *, password: str = PASSWORD) -> str:
        """Enter e-mail and password; says where that leads."""
        browser = browser or self.browser
        path = f"{self.root}/login"
        form = {"csrf_token": token_of(browser, path), "email": EMAIL, "password": password}
        return str(browser.post(path, data=form, headers={"User-Agent": PHONE}).headers.get("Location"))

    def post(self, path: str, browser: FlaskClient | None = None, **form: str) -> tuple[int, str, str]:
        """Send a form of the page at `path`: status, where it leads, its text."""
        browser = browser or self.browser
        page = (
            path
            if path.endswith(("set-up", "codes", "off", "code", "with=recovery"))
            else "/account/security"
        )
        token = token_of(browser, self.root + page)
        answer = browser.post(self.root + path, data={"csrf_token": token, **form})
        return (
            answer.status_code,
            str(answer.headers.get("Location")),
            html.unescape(answer.get_data(as_text=True)),
        )

    def code(self, steps: int = 0) -> str:
        """What the app shows now, or so many steps later."""
        return TOTP(self.secret).at(datetime.now(UTC), counter_offset=steps)

    def set_up(self) -> list[str]:
        """Switch the second step on; the recovery codes."""
        self.post("/account/second-step")
        page = self.browser.get(f"{self.root}/account/second-step/set-up").get_data(as_text=True)
        found = re.search(r'class="secret"[^>]*>([^<]+)', page)
        assert found is not None
        self.secret = found[1].replace(" ", "")
        status, _, page = self.post("/account/second-step/set-up", code=self.code(), password=PASSWORD)
        assert status == 200, page
        codes = re.findall(r"<li>([a-z2-9]{4}(?:-[a-z2-9]{4}){3})</li>", page)
        assert len(codes) == 10
        self.later()
        return codes

    def later(self) -> None:
        """Let the codes of now be taken again, as if time had passed."""
        with transaction(self.engine) as session:
            session.execute(update(SecondFactor).values(last_step=0))

    def is_in(self, browser: FlaskClient | None = None) -> bool:
        """Whether the browser is logged in."""
        return (browser or self.browser).get(f"{self.root}/account").status_code == 200

    def mails(self) -> list[str]:
        """Subjects of what was sent to them."""
        with transaction(self.engine) as session:
            return [each["subject"] for each in letters.mails(session) if each["to"] == EMAIL]


@pytest.fixture(params=["distributor", "merchant"])
def person(request: pytest.FixtureRequest, portal: Flask, engine: Engine) -> Person:
    """A distributor, then an owner."""
    with transaction(engine) as session:
        if request.param == "distributor":
            a_distributor(session, email=EMAIL, password=PASSWORD)
        else:
            merchants.create(session, email=EMAIL, password=PASSWORD, actor=ACTOR, now=datetime.now(UTC))
    someone = Person(request.param, portal, engine)
    someone.log_in()
    return someone


def test_set_up_then_asked_for_a_code(person: Person) -> None:
    person.set_up()
    assert person.mails() == ["Two-step login is on"]
    browser = person.elsewhere()
    assert person.log_in(browser) == f"{person.root}/login/code"
    assert not person.is_in(browser)
    page = browser.get(f"{person.root}/login/code").get_data(as_text=True)
    assert 'autocomplete="one-time-code"' in page
    assert 'inputmode="numeric"' in page
    status, _, text = person.post("/login/code", browser, code="000000")
    assert (status, person.is_in(browser)) == (422, False)
    assert "This code is wrong or was used before." in text
    status, target, _ = person.post("/login/code", browser, code=person.code())
    assert (status, target) == (303, f"{person.root}/")
    assert person.is_in(browser)


def test_a_code_opens_one_login_only(person: Person) -> None:
    person.set_up()
    first, second = person.elsewhere(), person.elsewhere()
    for browser in (first, second):
        person.log_in(browser)
    assert person.post("/login/code", first, code=person.code())[0] == 303
    assert person.post("/login/code", second, code=person.code())[0] == 422


def test_a_recovery_code_stands_in_once(person: Person) -> None:
    codes = person.set_up()
    for browser, status in ((person.elsewhere(), 303), (person.elsewhere(), 422)):
        person.log_in(browser)
        assert person.post("/login/code?with=recovery", browser, code=codes[0].upper())[0] == status
    assert "A recovery code was used" in person.mails()
    assert "Recovery codes left</dt><dd>9<" in person.browser.get(f"{person.root}/account/security").get_data(
        as_text=True
    )


def test_the_password_alone_leads_nowhere_else(person: Person) -> None:
    person.set_up()
    browser = person.elsewhere()
    person.log_in(browser)
    for path in ("/account", "/account/security", "/account/second-step/off", "/"):
        assert browser.get(person.root + path).status_code == 303, path


def test_a_wrong_password_is_answered_alike_with_and_without(person: Person) -> None:
    before = person.log_in(person.elsewhere(), password="not the right one")
    person.set_up()
    assert person.log_in(person.elsewhere(), password="not the right one") == before == "None"


def test_the_session_of_a_login_is_a_fresh_one(person: Person) -> None:
    person.set_up()
    browser = person.elsewhere()
    person.log_in(browser)
    half = browser.get_cookie("session")
    person.post("/login/code", browser, code=person.code())
    assert half is not None
    other = person.elsewhere()
    other.set_cookie("session", half.value)
    assert not person.is_in(other)
    assert person.is_in(browser)


def test_guessing_codes_is_stopped_and_told(person: Person) -> None:
    person.set_up()
    browser = person.elsewhere()
    person.log_in(browser)
    statuses = [person.post("/login/code", browser, code="000000")[0] for _ in range(6)]
    assert statuses == [422] * 5 + [429]
    assert person.post("/login/code", browser, code=person.code())[0] == 429
    assert "Wrong codes for your account" in person.mails()


def test_what_was_begun_too_long_ago_begins_anew(person: Person) -> None:
    person.set_up()
    browser = person.elsewhere()
    person.log_in(browser)
    with browser.session_transaction() as session:
        session["second_step"] = [*session["second_step"][:4], session["second_step"][4] - 601]
    assert browser.get(f"{person.root}/login/code").headers["Location"] == f"{person.root}/login"


@pytest.mark.parametrize(
    "form, words",
    [
        ({"code": "000000", "password": PASSWORD}, "This code is wrong"),
        ({"code": "", "password": PASSWORD}, "Enter the code."),
        ({"code": "right", "password": "wrong one here"}, "This is not your current password."),
    ],
)
def test_setting_up_takes_code_and_password(person: Person, form: dict[str, str], words: str) -> None:
    person.post("/account/second-step")
    page = person.browser.get(f"{person.root}/account/second-step/set-up").get_data(as_text=True)
    found = re.search(r'class="secret"[^>]*>([^<]+)', page)
    assert found is not None
    person.secret = found[1].replace(" ", "")
    assert person.secret in html.unescape(page).replace("%3D", "=")
    if form["code"] == "right":
        form = {**form, "code": person.code()}
    status, _, text = person.post("/account/second-step/set-up", **form)
    assert status == 422
    assert words in text
    assert person.log_in(person.elsewhere()) == f"{person.root}/"


def test_switched_off_with_password_and_code(person: Person) -> None:
    codes = person.set_up()
    path = "/account/second-step/off"
    assert person.post(path, code=person.code(), password="wrong one here")[0] == 422
    assert person.post(path, code="000000", password=PASSWORD)[0] == 422
    assert person.post(f"{path}?with=recovery", code=codes[3], password=PASSWORD)[0] == 303
    assert person.mails()[-1] == "Two-step login is off"
    assert person.log_in(person.elsewhere()) == f"{person.root}/"


def test_recovery_codes_are_renewed(person: Person) -> None:
    old = person.set_up()
    status, _, page = person.post("/account/second-step/codes", code=person.code(), password=PASSWORD)
    newer = re.findall(r"<li>([a-z2-9]{4}(?:-[a-z2-9]{4}){3})</li>", page)
    assert (status, len(set(newer) - set(old))) == (200, 10)
    assert f"{newer[0]}%0D%0A{newer[1]}" in page
    for code, expected in ((old[0], 422), (newer[0], 303)):
        browser = person.elsewhere()
        person.log_in(browser)
        assert person.post("/login/code?with=recovery", browser, code=code)[0] == expected


def test_setting_up_logs_other_devices_out(person: Person) -> None:
    other = person.elsewhere()
    person.log_in(other)
    assert person.is_in(other)
    person.set_up()
    assert not person.is_in(other)
    assert person.is_in()


def test_sessions_are_listed_and_ended(person: Person) -> None:
    others = [person.elsewhere() for _ in range(3)]
    for browser in others:
        person.log_in(browser)
    page = person.browser.get(f"{person.root}/account/security").get_data(as_text=True)
    assert page.count("Safari on iPhone") == 4
    assert page.count("This device") == 1
    assert page.count("127.0.0.*") == 4
    assert "127.0.0.1" not in page
    [first, *_] = re.findall(rf'action="{person.root}(/account/sessions/[0-9a-f-]+/end)"', page)
    assert person.post(first)[0] == 303
    assert sum(person.is_in(browser) for browser in others) == 2
    assert person.post(first)[0] == 404
    person.post("/account/sessions/end-others")
    assert [person.is_in(browser) for browser in (person.browser, *others)] == [True, False, False, False]


def test_a_session_of_somebody_else_is_not_theirs_to_end(person: Person) -> None:
    with transaction(person.engine) as session:
        theirs = LoginSession(
            kind=person.kind, person_id=uuid4(), session_version=0, token_hash=b"x", user_agent="",
            address_masked="", created_at=datetime.now(UTC), last_seen_at=datetime.now(UTC),
        )  # fmt: skip
        session.add(theirs)
        session.flush()
        key = theirs.id
    assert person.post(f"/account/sessions/{key}/end")[0] == 404


def test_logging_out_ends_the_session_itself(person: Person) -> None:
    cookie = person.browser.get_cookie("session")
    token = token_of(person.browser, f"{person.root}/account")
    person.browser.post(f"{person.root}/logout", data={"csrf_token": token})
    thief = person.elsewhere()
    assert cookie is not None
    thief.set_cookie("session", cookie.value)
    assert not person.is_in(thief)


def test_a_session_is_written_to_now_and_then_only(person: Person) -> None:
    def seen() -> datetime:
        with transaction(person.engine) as session:
            return session.scalars(select(LoginSession.last_seen_at)).one()

    before = seen()
    person.is_in()
    assert seen() == before
    with transaction(person.engine) as session:
        session.execute(update(LoginSession).values(last_seen_at=before - timedelta(minutes=6)))
    person.is_in()
    assert seen() > before
    with transaction(person.engine) as session:
        session.execute(update(LoginSession).values(last_seen_at=before - timedelta(days=31)))
    assert not person.is_in()


def test_a_page_of_the_account_takes_few_queries(person: Person) -> None:
    for path in ("/account", "/account/security", "/"):
        person.browser.get(person.root + path)
        with queries(person.engine) as statements:
            person.browser.get(person.root + path)
        about_session = [statement for statement in statements if "login_sessions" in statement]
        assert len(about_session) == (2 if path.endswith("security") else 1), path
        assert not any(each.startswith(("UPDATE", "INSERT", "DELETE")) for each in statements), path


def test_an_owner_resets_with_a_reason(person: Person, portal: Flask, engine: Engine) -> None:
    person.set_up()
    with transaction(engine) as session:
        for name, role in (("owner", "owner"), ("support", "support")):
            merchants.create(
                session,
                email=f"{name}@shop.example",
                password=PASSWORD,
                role=role,
                actor=ACTOR,
                now=datetime.now(UTC),
            )
        factor = session.scalars(select(SecondFactor)).one()
    folder = {"distributor": "distributors", "merchant": "people"}[person.kind]
    path = f"/console/{folder}/{factor.person_id}/second-step"
    for name, expected in (("support", 403), ("owner", 303)):
        browser = portal.test_client()
        form = {
            "csrf_token": token_of(browser, "/console/login"),
            "email": f"{name}@shop.example",
            "password": PASSWORD,
        }
        browser.post("/console/login", data=form)
        token = token_of(browser, "/console/account")
        if name == "owner":
            assert browser.post(path, data={"csrf_token": token, "reason": ""}).status_code == 422
        answer = browser.post(path, data={"csrf_token": token, "reason": "Lost the phone"})
        assert answer.status_code == expected
    assert not person.is_in()
    assert person.log_in() == f"{person.root}/"
    assert person.mails()[-1] == "Two-step login was removed from your account"
    with transaction(engine) as session:
        act = session.scalars(
            select(AuditEntry).where(AuditEntry.action == f"{person.kind}.reset_second_factor")
        ).one()
        assert (act.reason, act.subject_id) == ("Lost the phone", str(factor.person_id))


def test_nobody_resets_their_own(portal: Flask, engine: Engine) -> None:
    with transaction(engine) as session:
        merchants.create(session, email=EMAIL, password=PASSWORD, actor=ACTOR, now=datetime.now(UTC))
    owner = Person("merchant", portal, engine)
    owner.log_in()
    owner.set_up()
    with transaction(engine) as session:
        key = session.scalars(select(SecondFactor.person_id)).one()
    token = token_of(owner.browser, "/console/account")
    answer = owner.browser.post(
        f"/console/people/{key}/second-step", data={"csrf_token": token, "reason": "me"}
    )
    assert answer.status_code == 403


def test_an_owner_names_the_roles(portal: Flask, engine: Engine) -> None:
    with transaction(engine) as session:
        merchants.create(session, email=EMAIL, password=PASSWORD, actor=ACTOR, now=datetime.now(UTC))
    owner = Person("merchant", portal, engine)
    owner.log_in()
    token = token_of(owner.browser, "/console/people")
    form = {"csrf_token": token, "roles": ["finance", "owner"], "begins": "2099-01-31"}
    assert owner.browser.post("/console/people/second-step", data=form).status_code == 303
    with transaction(engine) as session:
        rules = program.read(session).sign_in
    assert (rules.second_factor_roles, str(rules.second_factor_from)) == (["owner", "finance"], "2099-01-31")
    form = {"csrf_token": token, "roles": ["god"]}
    assert owner.browser.post("/console/people/second-step", data=form).status_code == 422


def test_a_locked_out_owner_is_let_in_by_command(
    portal: Flask, engine: Engine, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with transaction(engine) as session:
        merchants.create(session, email=EMAIL, password=PASSWORD, actor=ACTOR, now=datetime.now(UTC))
    owner = Person("merchant", portal, engine)
    owner.log_in()
    owner.set_up()
    monkeypatch.setenv("DISTRIBUTION_DATABASE_URL", database_url)
    command = ["merchant", "second-factor-off", EMAIL, "--reason", "Lost the phone, known by voice"]
    assert run(command) == 0
    assert run(command) == 1
    assert not owner.is_in()
    assert owner.log_in() == "/console/"
    assert owner.mails()[-1] == "Two-step login was removed from your account"


def test_the_program_asks_roles_for_it(portal: Flask, engine: Engine) -> None:
    today = datetime.now(UTC).date()
    with transaction(engine) as session:
        merchants.create(session, email=EMAIL, password=PASSWORD, actor=ACTOR, now=datetime.now(UTC))
    owner = Person("merchant", portal, engine)

    def ask(**rules: object) -> None:
        with transaction(engine) as session:
            program.change(session, {"sign_in": rules}, actor=ACTOR, now=datetime.now(UTC))
        portal.extensions["program"].forget()

    ask(second_factor_roles=["finance"])
    assert owner.log_in() == "/console/"
    ask(second_factor_roles=["owner"], second_factor_from=(today + timedelta(days=2)).isoformat())
    later = owner.elsewhere()
    assert owner.log_in(later) == "/console/account/security"
    assert "Not now" in later.get("/console/account/security").get_data(as_text=True)
    assert later.get("/console/").status_code == 200
    ask(second_factor_from=(today - timedelta(days=1)).isoformat())
    assert later.get("/console/").headers["Location"] == "/console/account/security"
    assert later.get("/console/people").headers["Location"] == "/console/account/security"
    token = token_of(later, "/console/account/security")
    assert later.post("/console/people", data={"csrf_token": token}).status_code == 403
    owner.browser = later
    owner.set_up()
    assert later.get("/console/people").status_code == 200
