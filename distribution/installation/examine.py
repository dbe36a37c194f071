"""Looks at everything, in the order in which an owner would mend it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from distribution.adapters.mail import mailer
from distribution.adapters.notice.find import channel_problems
from distribution.adapters.payout import payout_problems
from distribution.adapters.saleor.app.address import address
from distribution.adapters.saleor.app.installation import open_installation
from distribution.adapters.saleor.connect import shop_token
from distribution.db import transaction
from distribution.errors import DomainError
from distribution.installation import program
from distribution.installation.clock import Clock, clock_from
from distribution.installation.database import check_database, check_database_clock, check_keys
from distribution.installation.logins import check_logins
from distribution.installation.outcome import Finding, one_line
from distribution.installation.outcomes import found
from distribution.installation.queue import check_queue
from distribution.installation.shop import check_plugin, check_saleor
from distribution.installation.work import check_work
from distribution.settings.environment import EXPECTED, Settings, Variable
from distribution.settings.errors import InvalidSetting

NOWHERE = {"console": "the standard output", "file": "a folder"}
"""Where mail ends that reaches nobody, by the scheme of its address."""


def examine(
    settings: Settings,
    engine: Engine | None,
    *,
    environ: Mapping[str, str],
    wrong: Iterable[InvalidSetting] = (),
    now: datetime,
) -> list[Finding]:
    """Every finding; `settings` are those that are sound, `wrong` what keeps the others from being so.

    It changes nothing. What answers over the network is asked at once and given a few seconds.
    """
    clock = clock_from(now)
    database = [] if engine is None else [check_database(engine, settings.database_url)]
    sound = engine if database and database[0].state == "good" else None
    token = None if sound is None and Variable.SALEOR_TOKEN not in settings else _token(settings, sound)
    voucher_id = _voucher_id(sound)
    has_app = _has_app(settings, sound)
    asks: list[Callable[[], list[Finding]]] = []
    if Variable.REDIS_URL in settings:
        asks.append(lambda: list(check_queue(settings.redis_url, clock=clock)))
    if token is not None and Variable.SALEOR_API_URL in settings:
        asks.append(lambda: list(check_saleor(settings.saleor_api_url, token, voucher_id=voucher_id)))
    if Variable.SALEOR_API_URL in settings:
        asks.append(lambda: list(check_plugin(settings.saleor_api_url, app_installed=has_app, clock=clock)))
    asks.append(lambda: _tables(settings, sound, clock))
    if sound is not None:
        asks.append(lambda: list(check_logins(sound, settings)))
    if Variable.MAIL_URL in settings:
        asks.append(lambda: [_mail(settings)])
    with ThreadPoolExecutor(max_workers=len(asks)) as pool:
        answers = [each for answer in [pool.submit(ask) for ask in asks] for each in answer.result()]
    return [
        *_settings(settings, wrong, has_token=token is not None),
        *database,
        *answers,
        *check_payouts(environ),
        *check_channels(environ),
    ]


def _settings(settings: Settings, wrong: Iterable[InvalidSetting], *, has_token: bool) -> Iterator[Finding]:
    problems = {each.variable: str(each).removeprefix(f"{each.variable} ") for each in wrong}
    for variable in Variable:
        if variable in problems:
            if variable is Variable.SALEOR_TOKEN and has_token:
                yield found("setting.app", variable=str(variable))
            else:
                expected, problem = EXPECTED[variable], problems[variable]
                yield found("setting.wrong", variable=str(variable), problem=problem, expected=expected)
        elif variable in settings:
            yield found("setting.good", variable=str(variable))


def _tables(settings: Settings, engine: Engine | None, clock: Clock) -> list[Finding]:
    """What only our own tables know."""
    if engine is None:
        return []
    findings: list[Finding] = []
    with transaction(engine) as session:
        findings.append(check_database_clock(session, clock))
        if Variable.ENCRYPTION_KEYS in settings:
            findings.append(check_keys(session, settings.encryption_keys))
        findings += program.check_program(session, clock())
    return [*findings, *check_work(engine, reads_a_shop=Variable.SALEOR_API_URL in settings)]


def _token(settings: Settings, engine: Engine | None) -> str | None:
    """The token the shop is read with, if that can be told."""
    if Variable.SALEOR_TOKEN in settings:
        return settings.saleor_token
    if engine is None:
        return None
    try:
        return shop_token(settings, engine)
    except (SQLAlchemyError, DomainError):
        return None


def _voucher_id(engine: Engine | None) -> str | None:
    if engine is None:
        return None
    with transaction(engine) as session:
        return program.voucher_id(session)


def _has_app(settings: Settings, engine: Engine | None) -> bool:
    shop = address(settings.saleor_api_url) if Variable.SALEOR_API_URL in settings else None
    if engine is None or shop is None:
        return False
    with transaction(engine) as session:
        return open_installation(session, shop.api_url) is not None


def _mail(settings: Settings) -> Finding:
    scheme = settings.mail_url.partition(":")[0]
    try:
        mailer(settings.mail_url).check()
    except (OSError, DomainError, ValueError) as error:
        return found("mail.unreachable", error=one_line(error))
    return found("mail.nowhere", where=NOWHERE[scheme]) if scheme in NOWHERE else found("mail.good")


def check_payouts(environ: Mapping[str, str]) -> Iterator[Finding]:
    """Each payout method that is set up, in part or whole."""
    for method, problems in payout_problems(environ):
        if not problems:
            yield found("payout.good", method=method)
        for problem in problems:
            yield found("payout.wrong", method=method, error=one_line(problem))


def check_channels(environ: Mapping[str, str]) -> Iterator[Finding]:
    """Each channel of a third party that is set up for notices, in part or whole."""
    for channel, problems in channel_problems(environ):
        if not problems:
            yield found("channel.good", channel=channel)
        for problem in problems:
            yield found("channel.wrong", channel=channel, error=one_line(problem))
