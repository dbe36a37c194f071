"""Simulations: what a draft plan would have cost on recorded orders."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from pydantic import ConfigDict, Field

from distribution.commission import publish as plans
from distribution.errors import InvalidInput
from distribution.simulation.answer import people_csv, to_answer
from distribution.simulation.read import simulation
from distribution.simulation.result import CutKind
from distribution.simulation.start import cancel, start
from distribution.simulation.tables import Simulation
from portal.api.call import Call
from portal.api.operation import Routes
from portal.api.resources.plans import CheckedPlan
from portal.api.types import Answer, AnyCurrency, CsvText, Id, Moment, Nothing, Request, SignedAmount, Time

routes = Routes()
Count = Annotated[int, Field(ge=0)]


class NewSimulation(Request):
    """A draft, and the orders to replay under it."""

    plan: CheckedPlan
    from_: Annotated[
        Moment | None, Field(alias="from", description="Orders placed from then on; by default all")
    ] = None
    to: Annotated[Moment | None, Field(description="Orders placed before then; by default until now")] = None


class CostAnswer(Answer):
    """Commission of the draft."""

    amount: Annotated[SignedAmount, Field(description="Earned by now")]
    potential: Annotated[SignedAmount, Field(description="Once what did not come back is delivered and paid")]


class ComparedAnswer(CostAnswer):
    """Commission of the draft and what is recorded."""

    recorded: Annotated[SignedAmount, Field(description="Recorded for the same orders, earned by now")]


class ComparedLevelAnswer(ComparedAnswer):
    """Of one level."""

    level: Annotated[int, Field(ge=1, le=3)]


class GradeAnswer(CostAnswer):
    """Of those who had a grade when the orders were placed; null: who had none."""

    grade: str | None
    distributors: Count


class ProductAnswer(CostAnswer):
    """Of one product; null: lines that name none."""

    product_id: str | None
    name: str


class PersonAnswer(ComparedAnswer):
    """Of one person."""

    distributor_id: Id
    orders: Count
    difference: SignedAmount


class MonthAnswer(ComparedAnswer):
    """Of the orders placed in a calendar month of the program's time zone."""

    month: Annotated[str, Field(examples=["2026-03"])]
    orders: Count
    sales: SignedAmount


class CutTotalAnswer(Answer):
    """How many orders something cut."""

    kind: CutKind
    orders: Count


class MarginAnswer(Answer):
    """Of the paid lines whose cost is known."""

    sales: SignedAmount
    cost: SignedAmount
    commission: SignedAmount
    left: SignedAmount
    left_bps: int | None


class CurrencyAnswer(Answer):
    """Everything in one currency; nothing is converted."""

    currency: AnyCurrency
    orders: Count
    attributed_orders: Annotated[int, Field(ge=0, description="That somebody sold")]
    sales: Annotated[SignedAmount, Field(description="Net, of paid orders, less what came back")]
    attributed_sales: SignedAmount
    total: Annotated[ComparedAnswer, Field(description="What orders found, and what is adjusted")]
    adjusted: Annotated[ComparedAnswer, Field(description="What periods that are over change as a whole")]
    share_bps: Annotated[int | None, Field(description="Of attributed sales, once all is delivered")]
    levels: list[ComparedLevelAnswer]
    grades: list[GradeAnswer]
    products: Annotated[list[ProductAnswer], Field(description="The 50 dearest")]
    other_products: CostAnswer | None
    distributors: Count
    gains: Annotated[list[PersonAnswer], Field(description="The 20 who gain most")]
    losses: Annotated[list[PersonAnswer], Field(description="The 20 who lose most")]
    cuts: list[CutTotalAnswer]
    margin: MarginAnswer | None
    months: list[MonthAnswer]


class ResultAnswer(Answer):
    """What a simulation came to."""

    orders: Count
    currencies: list[CurrencyAnswer]


class SimulationAnswer(Answer):
    """How far a simulation is, and what it came to once it is done."""

    model_config = ConfigDict(populate_by_name=True)

    id: Id
    status: Literal["running", "done", "failed", "cancelled"]
    plan: Annotated[str, Field(description="The name of the draft")]
    from_: Annotated[Time | None, Field(alias="from")]
    to: Time
    orders_done: Count
    orders_total: Count
    started_at: Time
    finished_at: Time | None
    error: str | None
    result: ResultAnswer | None


@routes.post("/simulations", scope="money:write", status=202)
def create_simulation(call: Call, body: NewSimulation) -> SimulationAnswer:
    """Begin to replay recorded orders under a draft plan.

    A worker carries it out and nothing of it is ever recorded as commission; read how far it is by its id. A draft that
    could not be published is refused as it would be then.
    """
    document = body.plan.document()
    try:
        plans.check(call.session, document)
    except InvalidInput as error:
        raise _in_plan(error) from None
    begun = start(
        call.session,
        document,
        from_at=body.from_,
        to_at=body.to,
        actor=call.client.actor,
        now=call.now,
        in_background=True,
    )
    return _answer(begun)


@routes.get("/simulations/<simulation_id>")
def get_simulation(call: Call, simulation_id: Id) -> SimulationAnswer:
    """Read a simulation."""
    return _answer(simulation(call.session, UUID(simulation_id)))


@routes.post("/simulations/<simulation_id>/cancel", scope="money:write", status=200)
def cancel_simulation(call: Call, simulation_id: Id, body: Nothing) -> SimulationAnswer:
    """Call a simulation off; one that has ended stays as it is."""
    return _answer(cancel(call.session, UUID(simulation_id), actor=call.client.actor, now=call.now))


@routes.get("/simulations/<simulation_id>/distributors.csv")
def list_distributors_of_simulation(call: Call, simulation_id: Id) -> CsvText:
    """Read everybody of a simulation as a table, those whom the draft changes most first.

    Holds its head alone until the simulation is done.
    """
    return CsvText(people_csv(call.session, UUID(simulation_id)))


def _in_plan(error: InvalidInput) -> InvalidInput:
    """The same error, its paths those of this body."""
    errors = error.facts.get("errors") or [{"field": error.field or "", "message": error.message}]
    named = [{**each, "field": f"plan.{each['field']}".rstrip(".")} for each in errors]
    return InvalidInput(f"plan.{error.message}", field=named[0]["field"], errors=named)


def _answer(found: Simulation) -> SimulationAnswer:
    return SimulationAnswer.model_validate(to_answer(found))
