"""Mails about payments, in the reader's language: that an account was added or removed, that payouts are overdue."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from distribution.money import to_decimal_text
from distribution.network.tables import Distributor
from distribution.outbox import ask
from distribution.settings import program
from distribution.settings.tables import Merchant
from distribution.withdrawal.tables import PayoutMethod, Withdrawal

MAIL = "mail"
"""The kind of effect that sends a mail."""
MOST_LISTED = 20

_Words = Mapping[str, str]
_EN: _Words = {
    "hello": "Hello {name},",
    "added subject": "A new account for your payments in {program}",
    "added": "an account was added to yours in {program} on {at}: {label}.",
    "cooling": "No money goes there before {until}.",
    "removed subject": "An account for your payments in {program} was removed",
    "removed": "this account was removed from yours in {program} on {at}: {label}.",
    "not you": "If it was not you, somebody knows your password: choose a new one at once, and write to us.",
    "overdue subject": "Overdue withdrawals in {program}: {count}",
    "overdue": "these withdrawals were promised by a time that has passed. You are told once of each.",
    "overdue line": "{amount} {currency}, requested on {at}, promised by {due}",
    "more": "and {count} more",
}
_ZH: _Words = {
    "hello": "{name}，您好：",
    "added subject": "您在{program}有了新的收款账户",
    "added": "{at}，您在{program}的账号新增了一个收款账户：{label}。",
    "cooling": "{until}之前，款项不会打到该账户。",
    "removed subject": "您在{program}的一个收款账户已被删除",
    "removed": "{at}，您在{program}的账号删除了这个收款账户：{label}。",
    "not you": "如果不是您本人操作，说明有人知道您的密码：请立即设置新密码，并与我们联系。",
    "overdue subject": "{program}：{count} 笔提现已逾期",
    "overdue": "以下提现已超过承诺的处理时间。每笔只通知一次。",
    "overdue line": "{amount} {currency}，{at}申请，承诺不晚于{due}",
    "more": "另有 {count} 笔",
}


def tell_added(session: Session, method: PayoutMethod) -> None:
    """Tell the distributor that an account was added, and from when on it is paid to."""
    person = session.get_one(Distributor, method.distributor_id)
    words, zone, name = _for(session, person.locale)
    facts = {"program": name, "at": _time(method.created_at, zone), "label": method.label}
    lines = [words["added"].format(**facts)]
    if method.cooling_until is not None:
        lines.append(words["cooling"].format(until=_time(method.cooling_until, zone)))
    subject = words["added subject"].format(**facts)
    _ask(session, person, f"method-{method.id}-added", words, subject, [*lines, words["not you"]], name)


def tell_removed(session: Session, method: PayoutMethod, *, now: datetime) -> None:
    """Tell the distributor that an account was removed."""
    person = session.get_one(Distributor, method.distributor_id)
    words, zone, name = _for(session, person.locale)
    facts = {"program": name, "at": _time(now, zone), "label": method.label}
    subject, lines = words["removed subject"].format(**facts), [words["removed"].format(**facts)]
    _ask(session, person, f"method-{method.id}-removed", words, subject, [*lines, words["not you"]], name)


def tell_overdue(session: Session, reader: Merchant, late: Sequence[Withdrawal], *, link: str | None) -> None:
    """Tell somebody of the merchant's which withdrawals have not ended by the time promised; one mail for all."""
    words, zone, name = _for(session, reader.locale)
    listed = [
        words["overdue line"].format(
            amount=to_decimal_text(each.amount_minor, each.currency),
            currency=each.currency,
            at=_time(each.requested_at, zone),
            due="" if each.due_at is None else _time(each.due_at, zone),
        )
        for each in late[:MOST_LISTED]
    ]
    if len(late) > MOST_LISTED:
        listed.append(words["more"].format(count=len(late) - MOST_LISTED))
    subject = words["overdue subject"].format(program=name, count=len(late))
    lines = [words["overdue"], "\n".join(f"- {each}" for each in listed), *([link] if link else [])]
    _ask(session, reader, f"overdue-{late[0].id}-{reader.id}", words, subject, lines, name)


def _for(session: Session, locale: str | None) -> tuple[_Words, ZoneInfo, str]:
    settings = program.read(session)
    words = _ZH if (locale or "").startswith("zh") else _EN
    return words, ZoneInfo(settings.time_zone), settings.program_name


def _time(at: datetime, zone: ZoneInfo) -> str:
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M} ({zone.key})"


def _ask(
    session: Session,
    reader: Distributor | Merchant,
    dedupe_key: str,
    words: _Words,
    subject: str,
    lines: Sequence[str],
    signed: str,
) -> None:
    text = "\n\n".join((words["hello"].format(name=reader.name or reader.email), *lines, signed)) + "\n"
    payload = {"to": reader.email, "subject": subject, "text": text}
    ask(session, kind=MAIL, dedupe_key=dedupe_key, payload=payload)
