"""Announcements: written, looked at as they will be read, published, withdrawn; and what is told at all."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from distribution.announcement import read
from distribution.announcement.audience import audience_count
from distribution.announcement.tables import Announcement
from distribution.announcement.write import locked, publish, save, withdraw
from distribution.errors import DomainError, NotFound
from distribution.notice.kinds import CHOOSABLE
from distribution.notice.words import LANGUAGES
from distribution.settings import program
from portal.console.acting import acted, actor, now, put_errors
from portal.console.blueprint import blueprint
from portal.console.forms.announcements import AUDIENCES, AnnouncementForm, TopicsForm, filled
from portal.console.guard import needs
from portal.console.roles import Act
from portal.database import forget_program_settings, program_settings, unit
from portal.forms.offered import offered
from portal.i18n import current_locale


@blueprint.get("/announcements")
def announcements() -> str:
    """All of them, newest first, and what the program tells of."""
    with unit() as session:
        found = read.every(session)
    return render_template(
        "console/announcements.html", found=found, audiences=AUDIENCES, topics=_topics(), now=now()
    )


@blueprint.route("/announcements/new", methods=["GET", "POST"])
@needs(Act.ANNOUNCE)
def new_announcement() -> ResponseReturnValue:
    """Write one; it is a draft until it is published."""
    return _write(None)


@blueprint.route("/announcements/<uuid:announcement_id>", methods=["GET", "POST"])
@needs(Act.ANNOUNCE)
def announcement(announcement_id: UUID) -> ResponseReturnValue:
    """One of them as it will be read; a draft can be changed."""
    with unit() as session:
        found = locked(session, announcement_id)
    return _write(found)


@blueprint.post("/announcements/<uuid:announcement_id>/publish")
@needs(Act.ANNOUNCE)
def publish_announcement(announcement_id: UUID) -> ResponseReturnValue:
    """Publish it: whoever it is for is told."""
    return acted(
        lambda session: publish(session, announcement_id, actor=actor(), now=now()),
        done=gettext("Published."),
        then=url_for("console.announcement", announcement_id=announcement_id),
    )


@blueprint.post("/announcements/<uuid:announcement_id>/withdraw")
@needs(Act.ANNOUNCE)
def withdraw_announcement(announcement_id: UUID) -> ResponseReturnValue:
    """Withdraw it: nobody sees it any more."""
    return acted(
        lambda session: withdraw(session, announcement_id, actor=actor(), now=now()),
        done=gettext("Withdrawn: nobody sees it any more."),
        then=url_for("console.announcements"),
    )


@blueprint.post("/announcements/topics")
@needs(Act.CHANGE_PROGRAM)
def choose_topics() -> ResponseReturnValue:
    """Put in force what the program tells of."""
    form = _topics()
    if not form.validate_on_submit():
        return redirect(url_for("console.announcements"), 303)
    left_out = [name for name in CHOOSABLE if name not in form.told.data]
    answer = acted(
        lambda session: program.change(
            session, {"notices": {"left_out": left_out}}, actor=actor(), now=now()
        ),
        done=gettext("The settings are in force."),
        then=url_for("console.announcements"),
    )
    forget_program_settings()
    return answer


def _topics() -> TopicsForm:
    left_out = program_settings().notices.left_out
    form = TopicsForm(data={"told": [name for name in CHOOSABLE if name not in left_out]})
    topics = LANGUAGES[str(current_locale())].topics
    form.told.choices = offered(*((name, topics[name][0]) for name in CHOOSABLE))
    return form


def _write(found: Announcement | None) -> ResponseReturnValue:
    zone = program_settings().time_zone
    form = filled(found, zone)
    if form.is_submitted() and form.validate():
        try:
            words = form.words(zone)
            with unit() as session:
                kept = save(
                    session, words, actor=actor(), now=now(), announcement_id=found.id if found else None
                )
        except NotFound:
            raise
        except DomainError as error:
            put_errors(form, error)
        else:
            flash(gettext("Kept as a draft. Look at it, then publish it."), "good")
            return redirect(url_for("console.announcement", announcement_id=kept.id), 303)
    return _page(form, found), 422 if form.is_submitted() else 200


def _page(form: AnnouncementForm, found: Announcement | None) -> str:
    reached = 0
    if found is not None:
        with unit() as session:
            reached = audience_count(session, found.audience, found.audience_keys)
    settings = program_settings()
    return render_template(
        "console/announcement.html",
        form=form,
        found=found,
        reached=reached,
        audiences=AUDIENCES,
        zone=settings.time_zone,
        known={"grade": settings.grades, "group": settings.groups},
        languages=LANGUAGES,
    )
