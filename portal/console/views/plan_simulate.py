"""Simulations: a draft tried on the orders that were recorded; begun, watched, read, called off."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from distribution.analytics.console_people import actor_names, distributor_names
from distribution.analytics.plan_text import NotJson, read
from distribution.commission import drafts, publish
from distribution.errors import InvalidInput
from distribution.simulation.answer import people_csv
from distribution.simulation.read import simulation
from distribution.simulation.read import simulations as read_simulations
from distribution.simulation.result import CurrencyResult
from distribution.simulation.start import cancel, start
from distribution.simulation.tables import RUNNING, Simulation
from portal.console.acting import acted, actor, now
from portal.console.blueprint import blueprint
from portal.console.csv_file import csv_file
from portal.console.guard import may, needs
from portal.console.parsing import local_moment
from portal.console.plans.outcome import outcome
from portal.console.roles import Act
from portal.database import program_settings, unit

_DAYS = 90


@blueprint.get("/plan/simulations")
def simulations() -> str:
    """Every simulation, and the form that begins one."""
    return _simulations({})


@blueprint.post("/plan/simulations")
@needs(Act.PUBLISH_PLAN)
def start_simulation() -> ResponseReturnValue:
    """Begin one; a worker carries it out."""
    zone = program_settings().time_zone
    from_at, to_at = (local_moment(request.form.get(name, ""), zone) for name in ("from", "to"))
    errors = {}
    if from_at is None and request.form.get("from"):
        errors["from"] = gettext("Enter a date.")
    if to_at is None and request.form.get("to"):
        errors["to"] = gettext("Enter a date.")
    if to_at is not None:
        to_at = min(to_at + timedelta(days=1), now())
    if from_at is not None and from_at >= (to_at or now()):
        errors["from"] = gettext("The first day must not be after the last one.")
    if not errors:
        try:
            with unit() as session:
                begun = start(
                    session,
                    _chosen(session, request.form.get("plan", "")),
                    from_at=from_at,
                    to_at=to_at,
                    actor=actor(),
                    now=now(),
                    in_background=True,
                )
                return redirect(url_for("console.show_simulation", simulation_id=begun.id), 303)
        except (InvalidInput, NotJson):
            errors["plan"] = gettext("This draft cannot be published yet; mend it first.")
    return _simulations(errors), 422


@blueprint.get("/plan/simulations/<uuid:simulation_id>")
def show_simulation(simulation_id: UUID) -> str:
    """How far it is, then what it came to."""
    with unit() as session:
        found = simulation(session, simulation_id)
        facts: dict[str, Any] = {
            "one": found,
            "name": _name(found),
            "by": actor_names(session, [found.actor]).get(found.actor),
            "may_cancel": may(Act.PUBLISH_PLAN),
            "running": found.status == RUNNING,
        }
        if found.result is not None and found.result["currencies"]:
            listed: list[CurrencyResult] = found.result["currencies"]
            chosen = next(
                (each for each in listed if each["currency"] == request.args.get("currency")), listed[0]
            )
            people = [UUID(each["distributor_id"]) for each in (*chosen["gains"], *chosen["losses"])]
            facts |= {
                "currencies": [each["currency"] for each in listed],
                "outcome": outcome(chosen, distributor_names(session, people)),
            }
        return render_template("console/plan_simulation.html", **facts)


@blueprint.post("/plan/simulations/<uuid:simulation_id>/cancel")
@needs(Act.PUBLISH_PLAN)
def cancel_simulation(simulation_id: UUID) -> ResponseReturnValue:
    """Stop a simulation that is under way."""
    return acted(
        lambda session: cancel(session, simulation_id, actor=actor(), now=now()),
        done=gettext("The simulation is called off."),
        then=url_for("console.show_simulation", simulation_id=simulation_id),
    )


@blueprint.get("/plan/simulations/<uuid:simulation_id>.csv")
def simulation_csv(simulation_id: UUID) -> Response:
    """Everybody in it, with what they earn under the draft and what is recorded."""
    with unit() as session:
        text = people_csv(session, simulation_id)
    return csv_file(f"simulation-{simulation_id}", text)


def _simulations(errors: dict[str, str]) -> str:
    at = now()
    today = at.astimezone(ZoneInfo(program_settings().time_zone)).date()
    with unit() as session:
        earlier = read_simulations(session)
        return render_template(
            "console/plan_simulations.html",
            earlier=[(each, _name(each)) for each in earlier],
            names=actor_names(session, (each.actor for each in earlier)),
            drafts=drafts.every(session),
            versions=publish.history(session),
            chosen=request.form.get("plan") or request.args.get("draft") or "",
            begin=request.form.get("from") or (today - timedelta(days=_DAYS)).isoformat(),
            end=request.form.get("to") or today.isoformat(),
            errors=errors,
            may_start=may(Act.PUBLISH_PLAN),
        )


def _chosen(session: Session, wanted: str) -> dict[str, Any]:
    """The document of a draft's id or a version's number."""
    if wanted.isascii() and wanted.isdigit() and len(wanted) < 10:
        if wanted == "0" or publish.by_number(session, int(wanted)) is not None:
            return publish.document(session, int(wanted))
        raise InvalidInput("plan: unknown", field="plan")
    try:
        draft = drafts.by_id(session, UUID(wanted))
    except ValueError:
        raise InvalidInput("plan: unknown", field="plan") from None
    document = read(draft.document) if isinstance(draft.document, str) else draft.document
    publish.check(session, document)
    return dict(document)


def _name(found: Simulation) -> str:
    name = found.document.get("name")
    return name if isinstance(name, str) else ""
