"""Drafts of plans: begun, written as a form or as a document, thrown away."""

from __future__ import annotations

import copy
import json
from typing import Any
from uuid import UUID

from flask import abort, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from distribution.analytics.console_orders import currencies
from distribution.analytics.console_people import actor_names
from distribution.analytics.plan_text import NotJson, lay_out, read
from distribution.commission import drafts, publish
from distribution.commission.plan.document import MOST_CAMPAIGNS, MOST_CAPS, MOST_RATES
from distribution.commission.tables import PlanDraft
from portal.console.acting import acted, actor, now
from portal.console.blueprint import blueprint
from portal.console.guard import may, needs
from portal.console.plans.editor import Editor, editor
from portal.console.plans.names import named, offered
from portal.console.plans.posted import Posted
from portal.console.plans.problems import Problems, anchor, check
from portal.console.plans.rows import SECTIONS, change, fresh_row
from portal.console.roles import Act
from portal.database import program_settings, unit
from portal.formatting import minute

_LARGEST_FORM = 4_000_000
_LARGE = frozenset({"console.save_draft", "console.save_draft_document", "console.start_draft"})
_LIMITS = {"rates": MOST_RATES, "campaigns": MOST_CAMPAIGNS, "caps": MOST_CAPS}


@blueprint.url_value_preprocessor
def _allow_large_plans(endpoint: str | None, _: dict[str, Any] | None) -> None:
    """A plan of thousands of rates is a large form; it runs before anything has read the form."""
    if endpoint in _LARGE:
        request.max_content_length = request.max_form_memory_size = _LARGEST_FORM


@blueprint.post("/plan/drafts")
@needs(Act.PUBLISH_PLAN)
def start_draft() -> ResponseReturnValue:
    """Begin a draft from the plan in force, a version, or what could not be saved elsewhere."""
    written = request.form.get("document")
    number = request.form.get("number", type=int)
    with unit() as session:
        base = publish.current(session, now=now()).number if number is None else number
        if written is None:
            if base and publish.by_number(session, base) is None:
                abort(404)
            document: Any = copy.deepcopy(publish.document(session, base))
        else:
            document = _document_or_text(written)
        draft = drafts.start(
            session,
            document=document,
            base_number=base,
            actor=actor(),
            now=now(),
            name=request.form.get("name"),
        )
        return redirect(url_for("console.edit_draft", draft_id=draft.id), 303)


@blueprint.get("/plan/drafts/<uuid:draft_id>")
def edit_draft(draft_id: UUID) -> ResponseReturnValue:
    """The draft as a form."""
    with unit() as session:
        draft = drafts.by_id(session, draft_id)
        if isinstance(draft.document, str):
            return redirect(url_for("console.edit_draft_document", draft_id=draft_id), 303)
        _, problems = check(session, draft.document, now=now())
        return render_template(
            "console/plan_draft.html",
            edit=_editor(session, draft.document, problems, request.args.get("open", "")),
            **_facts(session, draft),
        )


@blueprint.post("/plan/drafts/<uuid:draft_id>")
@needs(Act.PUBLISH_PLAN)
def save_draft(draft_id: UUID) -> ResponseReturnValue:
    """Keep what the form says, and do what the button says."""
    settings = program_settings()
    shown = _sent_document()
    with unit() as session:
        document = Posted(
            request.form,
            shown,
            zone=settings.time_zone,
            currency=settings.default_currency,
            named=lambda kind, text: named(session, kind, text, settings),
        ).read()
    act, _, path = request.form.get("do", "save").partition(":")
    opened = request.form.get("open", "")
    if act in {"add", "remove", "double", "up", "down"}:
        section = path.partition("[")[0]
        entries = document.get(section)
        is_full = isinstance(entries, list) and len(entries) >= _LIMITS.get(section, 0)
        if section not in SECTIONS or (act in {"add", "double"} and is_full):
            abort(400)
        fresh = fresh_row(
            section, document, currency=settings.default_currency, now=now(), zone=settings.time_zone
        )
        opened = change(document, act, path, fresh=fresh)
    elif act == "open":
        opened = path
    elif act in {"close", "show"}:
        opened = "-"
    try:
        with unit() as session:
            draft = _save(session, draft_id, document)
            revision, saved_at = draft.revision, draft.updated_at
            problems = check(session, document, now=now())[1] if act == "keep" else Problems()
    except drafts.DraftChanged:
        return _conflict(draft_id, document, quietly=act == "keep")
    if act == "keep":
        return jsonify(revision=revision, saved=_saved_words(saved_at), problems=len(problems))
    if act == "review":
        return redirect(url_for("console.review_draft", draft_id=draft_id), 303)
    if act == "document":
        return redirect(url_for("console.edit_draft_document", draft_id=draft_id), 303)
    return redirect(_back(draft_id, opened, path if act == "show" else ""), 303)


@blueprint.get("/plan/drafts/<uuid:draft_id>/document")
def edit_draft_document(draft_id: UUID) -> str:
    """The draft as the document it is."""
    with unit() as session:
        draft = drafts.by_id(session, draft_id)
        _, problems = check(session, draft.document, now=now())
        if isinstance(draft.document, str):
            text, lines = draft.document, {each.path: each.line or 1 for each in problems.found}
        else:
            laid = lay_out(draft.document)
            text, lines = laid.text, {each.path: laid.line_of(each.path) for each in problems.found}
        return render_template(
            "console/plan_document.html",
            text=text,
            count=max(1, len(text.rstrip("\n").split("\n"))),
            problems=problems,
            lines=lines,
            **_facts(session, draft),
        )


@blueprint.post("/plan/drafts/<uuid:draft_id>/document")
@needs(Act.PUBLISH_PLAN)
def save_draft_document(draft_id: UUID) -> ResponseReturnValue:
    """Keep the document as it was typed."""
    document = _document_or_text(request.form.get("text", ""))
    act = request.form.get("do", "save")
    try:
        with unit() as session:
            draft = _save(session, draft_id, document)
            revision, saved_at = draft.revision, draft.updated_at
            problems = check(session, document, now=now())[1]
    except drafts.DraftChanged:
        return _conflict(draft_id, document, quietly=act == "keep")
    if act == "keep":
        return jsonify(revision=revision, saved=_saved_words(saved_at), problems=len(problems))
    if act == "review":
        return redirect(url_for("console.review_draft", draft_id=draft_id), 303)
    if act == "form" and not isinstance(document, str):
        return redirect(url_for("console.edit_draft", draft_id=draft_id), 303)
    return redirect(url_for("console.edit_draft_document", draft_id=draft_id), 303)


@blueprint.post("/plan/drafts/<uuid:draft_id>/delete")
@needs(Act.PUBLISH_PLAN)
def delete_draft(draft_id: UUID) -> ResponseReturnValue:
    """Throw a draft away; the audit log keeps what it said."""
    return acted(
        lambda session: drafts.throw_away(session, draft_id, actor=actor(), now=now()),
        done=gettext("The draft is deleted."),
        then=url_for("console.plan"),
    )


@blueprint.get("/plan/choices/<kind>")
def plan_choices(kind: str) -> ResponseReturnValue:
    """What there is of a kind, for a picker that looks for it."""
    with unit() as session:
        found = offered(session, kind, request.args.get("q", "")[:100], program_settings())
    return jsonify([[key, name] for key, name in found])


def _save(session: Session, draft_id: UUID, document: Any) -> PlanDraft:
    revision = request.form.get("revision", 0, type=int)
    return drafts.save(session, draft_id, document=document, revision=revision, actor=actor(), now=now())


def _sent_document() -> dict[str, Any]:
    """What the form carried along; it came from us, so anything else is no mistake of a person."""
    try:
        return read(request.form.get("document", ""))
    except NotJson:
        abort(400)


def _document_or_text(text: str) -> Any:
    """A document, or while it is none the text itself, without the one character that cannot be kept."""
    text = text.replace("\r\n", "\n").replace("\x00", "")
    try:
        return read(text)
    except NotJson:
        return text.encode("utf-8", "replace").decode()


def _editor(session: Session, document: dict[str, Any], problems: Problems, opened: str) -> Editor:
    settings = program_settings()
    codes = list(dict.fromkeys([settings.default_currency, *currencies(session)]))
    begins = {name: request.args.get(name, 0, type=int) for name in SECTIONS}
    return editor(session, document, problems, settings, codes, open_path=opened, begins=begins)


def _facts(session: Session, draft: PlanDraft) -> dict[str, Any]:
    return {
        "draft": draft,
        "saved": _saved_words(draft.updated_at),
        "saved_by": actor_names(session, [draft.actor]).get(draft.actor),
        "changes": may(Act.PUBLISH_PLAN),
    }


def _saved_words(at: Any) -> str:
    return gettext("Saved %(when)s", when=minute(at))


def _back(draft_id: UUID, opened: str, wanted: str = "") -> str:
    """The form again, with that row open, or from that row of a list on (`rates:60`)."""
    begins = {name: begin for name in SECTIONS if (begin := request.form.get(f"begin.{name}", 0, type=int))}
    section, _, begin = wanted.partition(":")
    if section in SECTIONS and begin.isascii() and begin.isdigit():
        begins[section] = int(begin)
        place = f"section-{section}"
    else:
        place = anchor(opened) if opened not in ("", "-") else None
    return url_for("console.edit_draft", draft_id=draft_id, open=opened or None, _anchor=place, **begins)


def _conflict(draft_id: UUID, document: Any, *, quietly: bool) -> ResponseReturnValue:
    """Somebody else saved meanwhile: theirs stays, and what was written here can become a draft of its own."""
    with unit() as session:
        draft = drafts.by_id(session, draft_id)
        facts = _facts(session, draft)
        if quietly:
            name = facts["saved_by"] or gettext("Somebody")
            return jsonify(conflict=gettext("%(name)s saved this draft meanwhile.", name=name)), 409
        mine = document if isinstance(document, str) else json.dumps(document, ensure_ascii=False)
        return render_template("console/plan_conflict.html", mine=mine, **facts), 409
