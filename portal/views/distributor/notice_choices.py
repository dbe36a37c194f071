"""What a distributor is told of, by which channel, in which language, and when not."""

from __future__ import annotations

from collections.abc import Mapping

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale, gettext
from flask_login import current_user

from distribution.errors import InvalidInput
from distribution.network.account import change_profile
from distribution.notice.browsers import browsers
from distribution.notice.choices import Quiet, addresses, be_quiet, choices, choose
from distribution.notice.kinds import EMAIL, TOPICS
from distribution.notice.words import LANGUAGES
from portal.channels import channels, connectable, push_key
from portal.clock import now
from portal.database import program_settings, unit
from portal.i18n import current_locale
from portal.preferences import remember_language
from portal.securing.devices import device
from portal.views.distributor.blueprint import blueprint, own_id

_HOURS = frozenset(str(hour) for hour in range(24))


@blueprint.get("/account/notices", endpoint="notice_choices")
def page() -> str:
    """The choices as they are."""
    return notices_page()


def notices_page(
    *,
    wanted: Mapping[tuple[str, str], bool] | None = None,
    problems: Mapping[str, str] | None = None,
    typed: Mapping[str, str] | None = None,
) -> str:
    """The choices, or those just sent and refused: `wanted` by channel and topic, `problems` and what was typed by
    field."""
    sent = wanted or {}
    with unit() as session:
        mine = choices(session, [own_id()])[own_id()]
        known = {channel: row for (_, channel), row in addresses(session, [own_id()]).items()}
        theirs = browsers(session, own_id())
    language = LANGUAGES[str(current_locale())]
    left_out = program_settings().notices.left_out
    shown = channels()
    rows = [
        (
            topic,
            *language.topics[topic.name],
            [
                (
                    each,
                    sent.get((each.name, topic.name), mine.wants(each.name, topic)),
                    topic.essential and each.name == EMAIL,
                )
                for each in shown
            ],
        )
        for topic in TOPICS.values()
        if topic.name not in left_out
    ]
    return render_template(
        "pages/notice_choices.html",
        rows=rows,
        channels=shown,
        push_key=push_key(),
        browsers=theirs,
        device=device,
        others=connectable(known),
        quiet=_typed_hours(typed) if wanted is not None else mine.quiet,
        problems=problems or {},
        typed=typed or {},
        hours=range(24),
        zone=program_settings().time_zone,
        locale=(typed or {}).get("locale") or current_user.locale or str(current_locale()),
    )


@blueprint.post("/account/notices", endpoint="save_notice_choices")
def save() -> ResponseReturnValue:
    """Keep them all: what is not ticked is not wanted."""
    wanted = {
        (channel.name, topic.name): f"{channel.name}.{topic.name}" in request.form
        for channel in channels()
        for topic in TOPICS.values()
        if not (topic.essential and channel.name == EMAIL)
        and topic.name not in program_settings().notices.left_out
    }
    locale = request.form.get("locale", "")
    locale = locale if locale in LANGUAGES else str(current_locale())
    try:
        with unit() as session:
            choose(session, own_id(), wanted)
            be_quiet(session, own_id(), _quiet())
            change_profile(session, own_id(), locale=locale, now=now())
    except InvalidInput:
        problem = gettext("Quiet hours cannot begin and end at the same hour.")
        return notices_page(wanted=wanted, problems={"quiet": problem}, typed=request.form), 422
    with force_locale(locale):
        flash(gettext("Saved."), "good")
    return remember_language(redirect(url_for("distributor.notice_choices"), 303), locale)


def _typed_hours(typed: Mapping[str, str] | None) -> Quiet | None:
    """The hours as they were sent, however they are."""
    begins, ends = ((typed or {}).get(name, "") for name in ("quiet_from", "quiet_until"))
    return Quiet(*(int(each) if each in _HOURS else 0 for each in (begins, ends)))


def _quiet() -> Quiet | None:
    begins, ends = (request.form.get(name, "") for name in ("quiet_from", "quiet_until"))
    if "quiet" not in request.form:
        return None
    if not (begins.isascii() and begins.isdigit() and ends.isascii() and ends.isdigit()):
        raise InvalidInput("quiet hours are hours of the day", field="quiet")
    return Quiet(int(begins), int(ends))
