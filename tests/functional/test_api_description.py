"""A property-based client of the published description finds no answer that it does not describe."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import events, from_schema
from sqlalchemy import Engine
from sqlalchemy.orm import Session
from werkzeug.serving import WSGIRequestHandler

from distribution.withdrawal.methods import add_method
from tests.factories import ACTOR, EARLY, a_chain, a_code
from tests.functional.api_client import PREFIX, ApiClient, a_token, an_application
from tests.functional.test_api_money import a_delivered_order
from tests.serving import answering

# What the schema allows may still break a rule that no schema can say: five minutes ahead, more returned than bought.
ACCEPTED = ["2xx", "401", "403", "404", "409", "422"]


@pytest.fixture
def token(engine: Engine) -> str:
    return a_token(engine)


@pytest.fixture
def description(engine: Engine, redis_url: str, session: Session, token: str) -> Iterator[str]:
    """The address of the description, served by a program that has something to answer with."""
    application = an_application(engine, redis_url, per_minute=10**9)
    someone_with_money(session, ApiClient(application, token))
    with answering(lambda _: application, request_handler=Quiet) as url:
        yield f"{url}{PREFIX}/openapi.json"


class Quiet(WSGIRequestHandler):
    """Logs nothing."""

    protocol_version = "HTTP/1.1"

    def log_request(self, *_: Any) -> None:
        """Thousands of lines nobody reads."""


def test_nothing_is_answered_that_is_not_described(description: str, token: str) -> None:
    explore(description, token, examples=4, coverage=False)


@pytest.mark.prove
def test_nothing_is_answered_that_is_not_described_however_long_one_tries(
    description: str, token: str
) -> None:
    print(
        f"api: {explore(description, token, examples=150, coverage=True)} requests, every answer as described"
    )


def explore(description: str, token: str, *, examples: int, coverage: bool) -> int:
    """Call every operation with all checks of schemathesis; returns the number of requests.

    `coverage` also tries every boundary of every value, which takes most of the time.
    """
    config = SchemathesisConfig.from_dict(
        {
            "seed": 20261122,
            "continue-on-failure": True,
            "headers": {"Authorization": f"Bearer {token}"},
            "checks": {"positive_data_acceptance": {"expected-statuses": ACCEPTED}},
            "phases": {"coverage": {"enabled": coverage}},
            "generation": {"max-examples": examples, "deterministic": True},
        }
    )
    schema = schemathesis.openapi.from_url(description, config=config)
    failures: list[str] = []
    reached: Counter[str] = Counter()
    for event in from_schema(schema).execute():
        match event:
            case events.ScenarioFinished():
                failures += broken(event)
                reached.update(answered(event))
            case events.NonFatalError() | events.FatalError():
                failures.append(str(event))
    assert not failures, "\n\n".join(failures)
    assert set(reached) == {operation.ok().label for operation in schema.get_all_operations()}
    return reached.total()


def someone_with_money(session: Session, api: ApiClient) -> None:
    """A chain, a settled order, a payout method and a withdrawal, so that there is something to find."""
    chain = a_chain(session, 3)
    a_code(session, chain[0], "ALICE")
    details: dict[str, Any] = {"adapter": "manual", "label": "bank 42", "sealed_details": "x"}
    add_method(session, distributor_id=chain[0].id, **details, actor=ACTOR, now=EARLY)
    session.commit()
    api.put("/orders/1", a_delivered_order("200.00"))
    api.post("/settlements")
    wanted = {"distributor_id": str(chain[0].id), "amount": "5.00", "currency": "USD", "method": "manual"}
    api.post("/withdrawals", wanted)


def broken(scenario: events.ScenarioFinished) -> list[str]:
    """What a scenario's checks found."""
    return [
        f"{scenario.recorder.cases[case].value.as_curl_command()}\n{check.failure_info.failure}"
        for case, checks in scenario.recorder.checks.items()
        for check in checks
        if check.failure_info is not None
    ]


def answered(scenario: events.ScenarioFinished) -> list[str]:
    """Which operation each request of a scenario reached."""
    cases = scenario.recorder.cases
    return [
        cases[case].value.operation.label
        for case, interaction in scenario.recorder.interactions.items()
        if interaction.response is not None
    ]
