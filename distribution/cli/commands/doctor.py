"""`distribution doctor`."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from contextlib import ExitStack
from datetime import UTC, datetime

import click

from distribution.cli.database import opened_engine
from distribution.installation.examine import examine
from distribution.installation.outcome import Finding
from distribution.settings.environment import OPTIONAL, Settings, Variable, problems

_MARKS = {"good": "ok  ", "warn": "warn", "bad": "FAIL"}


@click.command("doctor")
@click.option("--json", "as_json", is_flag=True, help="One JSON object, for programs.")
def command(as_json: bool) -> int:
    """Check every setting, the database, the queue, Saleor and mail: a line each; exit 1 if any fails.

    What is wrong is then told once more, with why it matters and what to do, in the order in which to do it.
    """
    findings = _findings()
    if as_json:
        click.echo(json.dumps(_document(findings), indent=2, ensure_ascii=False))
    else:
        _tell(findings)
    return 1 if any(each.state == "bad" for each in findings) else 0


def _findings() -> list[Finding]:
    wrong = {problem.variable: problem for problem in problems(os.environ, needs=set(Variable) - OPTIONAL)}
    sound = {name: value for name, value in os.environ.items() if name not in wrong}
    settings = Settings.load(sound)
    with ExitStack() as stack:
        has_database = Variable.DATABASE_URL in settings
        engine = stack.enter_context(opened_engine(settings)) if has_database else None
        return examine(settings, engine, environ=os.environ, wrong=wrong.values(), now=datetime.now(UTC))


def _tell(findings: Sequence[Finding]) -> None:
    for each in findings:
        click.echo(f"{_MARKS[each.state]}  {each.subject}: {each.seen}")
    todo = [each for each in findings if each.state != "good"]
    for number, each in enumerate(sorted(todo, key=lambda one: one.state != "bad"), start=1):
        click.echo(f"\n{number}. {each.subject}: {each.seen}\n   Why:  {each.why}\n   Next: {each.next}")


def _document(findings: Sequence[Finding]) -> dict[str, object]:
    return {
        "well": all(each.state != "bad" for each in findings),
        "checks": [
            {
                "code": each.code,
                "subject": each.subject,
                "state": each.state,
                "seen": each.seen,
                **({} if each.state == "good" else {"why": each.why, "next": each.next}),
                "facts": dict(each.facts),
            }
            for each in findings
        ],
    }
