"""`distribution simulate`."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any, BinaryIO
from uuid import UUID

import click
from sqlalchemy import Engine

from distribution.cli.database import opened_engine
from distribution.cli.moment import MOMENT
from distribution.cli.progress import bar
from distribution.cli.simulation_text import lines_of
from distribution.db import transaction
from distribution.settings.environment import Settings, Variable
from distribution.simulation.advance import advance
from distribution.simulation.answer import people_csv, to_answer
from distribution.simulation.read import names_of, simulation
from distribution.simulation.start import start
from distribution.simulation.tables import DONE, Simulation

_ACTOR = "job:command_line"
_INTERRUPTED = 130


@click.command("simulate")
@click.argument("plan", type=click.File("rb"), required=False)
@click.option("--from", "from_at", type=MOMENT, help="Orders placed from this time on; by default all.")
@click.option("--to", "to_at", type=MOMENT, help="Orders placed before this time; by default until now.")
@click.option(
    "--csv", "csv_file", type=click.File("w", encoding="utf-8", lazy=True), help="Write everybody there."
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document instead of tables.")
@click.option("--resume", type=click.UUID, metavar="ID", help="Go on with an interrupted simulation.")
def command(
    plan: BinaryIO | None,
    from_at: datetime | None,
    to_at: datetime | None,
    csv_file: Any,
    as_json: bool,
    resume: UUID | None,
) -> int:
    """What the draft PLAN (a JSON document, "-" for standard input) would have cost on recorded orders.

    Replays them without recording anything, and compares with the commission that is recorded for them. Interrupted, it
    can be resumed.
    """
    if (plan is None) is (resume is None):
        raise click.UsageError("name a PLAN, or a simulation to --resume")
    if resume is not None and (from_at is not None or to_at is not None):
        raise click.UsageError("--resume goes on with the range it had")
    document = None if plan is None else _document(plan)
    settings = Settings.load(needs=[Variable.DATABASE_URL])
    with opened_engine(settings) as engine:
        simulation_id = resume or _begin(engine, document or {}, from_at, to_at)
        try:
            found = _carry_out(engine, simulation_id)
        except KeyboardInterrupt:
            click.echo(f"\nInterrupted. To go on: distribution simulate --resume {simulation_id}", err=True)
            return _INTERRUPTED
        if found.status != DONE:
            click.echo(f"distribution: simulation {found.id} is {found.status}", err=True)
            return 1
        with transaction(engine) as session:
            if csv_file is not None:
                csv_file.write(people_csv(session, found.id))
            answer = to_answer(found)
            if as_json:
                click.echo(json.dumps(answer, indent=2, ensure_ascii=False))
            else:
                people = [
                    UUID(person["distributor_id"])
                    for each in answer["result"]["currencies"]
                    for person in (*each["gains"], *each["losses"])
                ]
                for line in lines_of(answer, names_of(session, people)):
                    click.echo(line)
    return 0


def _document(plan: BinaryIO) -> dict[str, Any]:
    try:
        document = json.loads(plan.read())
    except ValueError as error:
        raise click.BadParameter(f"is not JSON: {error}", param_hint="PLAN") from None
    if not isinstance(document, dict):
        raise click.BadParameter("is no JSON object", param_hint="PLAN")
    return document


def _begin(
    engine: Engine, document: dict[str, Any], from_at: datetime | None, to_at: datetime | None
) -> UUID:
    with transaction(engine) as session:
        now = datetime.now(UTC)
        return start(session, document, from_at=from_at, to_at=to_at, actor=_ACTOR, now=now).id


def _carry_out(engine: Engine, simulation_id: UUID) -> Simulation:
    with transaction(engine) as session:
        found = simulation(session, simulation_id)
    with bar("Replaying", found.orders_total or 0) as told:
        return advance(
            engine, simulation_id, clock=lambda: datetime.now(UTC), progress=lambda done, _total: told(done)
        )
