"""The distributors of the demo: who they are, who invited them, when they came, and what became of them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

from distribution.demo import names
from distribution.demo.brand import EMMA, PARTNER_DISCOUNT, XIAOYUN, YEAR, Login
from distribution.promotion.code import SUFFIX_ALPHABET, SUFFIX_LENGTH

DISTRIBUTORS = 280
ROOTS = 18
DEEPEST = 3
WAITING = 8


@dataclass(frozen=True, slots=True)
class Turn:
    """A change of somebody's standing: the name of the act, when, and why."""

    at: datetime
    act: str
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Promotion:
    """A grade that somebody is given, when, and why."""

    at: datetime
    grade: str
    reason: str


@dataclass(slots=True)
class Person:
    """A distributor to be."""

    key: int
    name: str
    email: str
    locale: str
    code: str
    joined_at: datetime
    sponsor: int | None = None
    depth: int = 1
    applied: bool = False
    voucher: str | None = None
    weight: float = 1.0
    turns: list[Turn] = field(default_factory=list)
    promotions: list[Promotion] = field(default_factory=list)

    @property
    def currency(self) -> str:
        return "CNY" if self.locale.startswith("zh") else "EUR"

    def sells_at(self, at: datetime) -> bool:
        """Whether links of this person are shared at that time."""
        status = None if self.applied else "active"
        for turn in self.turns:
            if turn.at <= at:
                status = "active" if turn.act in ("approve", "reinstate") else turn.act
        return status == "active" and self.joined_at + timedelta(hours=12) <= at


def invent(rng: Random, now: datetime) -> list[Person]:
    """Everybody, sponsors before those they invited; Emma and Xiaoyun first."""
    people = [_named(0, EMMA, "EMMA", now), _named(1, XIAOYUN, "XIAOYUN", now)]
    taken = Counter(person.email for person in people)
    for key in range(2, DISTRIBUTORS):
        sponsor = None if key < ROOTS else _sponsor(rng, people)
        people.append(_somebody(rng, key, sponsor, taken, now))
    for person in people:
        person.weight = rng.paretovariate(1.25)
    people[0].weight, people[1].weight = 48.0, 60.0
    for person in people[::14]:
        person.voucher = f"{person.code.split('-')[0]}{PARTNER_DISCOUNT}-{person.key}"
    people[0].voucher, people[1].voucher = f"EMMA{PARTNER_DISCOUNT}", f"XIAOYUN{PARTNER_DISCOUNT}"
    _fates(rng, people, now)
    people += [_applicant(rng, DISTRIBUTORS + index, people, taken, now) for index in range(WAITING)]
    return people


def _named(key: int, login: Login, code: str, now: datetime) -> Person:
    began = now - YEAR + timedelta(days=1 + key, hours=9)
    return Person(key, login.name, login.email, login.locale, code, began)


def _somebody(rng: Random, key: int, sponsor: Person | None, taken: Counter[str], now: datetime) -> Person:
    """A newcomer: those at the top came early, the others ever faster through the year."""
    if sponsor is None:
        after, share = now - YEAR + timedelta(days=2), rng.random() * 0.18
        is_chinese = rng.random() < 0.45
    else:
        after, share = sponsor.joined_at + timedelta(days=3), rng.betavariate(1.5, 1.9)
        is_chinese = rng.random() < (0.93 if sponsor.locale.startswith("zh") else 0.1)
    joined_at = after + share * (now - timedelta(days=4) - after)
    name = names.chinese(rng) if is_chinese else names.western(rng)
    person = Person(
        key=key,
        name=name.written,
        email=_address(name, taken),
        locale="zh_Hans" if is_chinese else "en",
        code=f"{name.first.upper()[:12]}-{_suffix(rng)}",
        joined_at=joined_at,
        sponsor=sponsor.key if sponsor else None,
        depth=sponsor.depth + 1 if sponsor else 1,
        applied=rng.random() < 0.3,
    )
    if person.applied:
        decided_at = joined_at + timedelta(hours=rng.uniform(2, 40))
        refused = rng.random() < 0.08
        person.turns.append(
            Turn(decided_at, "reject", "The channel given does not exist.")
            if refused
            else Turn(decided_at, "approve")
        )
    return person


def _sponsor(rng: Random, people: list[Person]) -> Person:
    able = [person for person in people if person.depth < DEEPEST and not _refused(person)]
    pull = [
        (14.0 if person.key == 1 else 8.0 if person.key == 0 else 1.0) * 2.4 ** (DEEPEST - person.depth)
        for person in able
    ]
    return rng.choices(able, pull)[0]


def _refused(person: Person) -> bool:
    return any(turn.act == "reject" for turn in person.turns)


def _fates(rng: Random, people: list[Person], now: datetime) -> None:
    """A few were suspended, left or were removed; never one who had invited somebody after that."""
    inviters = {person.sponsor for person in people}
    quiet = [person for person in people[2:] if person.key not in inviters and not _refused(person)]
    old = [person for person in quiet if person.joined_at < now - timedelta(days=60)]
    for index, person in enumerate(rng.sample(old, 14)):
        at = person.joined_at + rng.uniform(0.4, 0.9) * (now - person.joined_at)
        if index < 8:
            person.turns.append(Turn(at, "suspend", "Brand bidding: advertised under the shop's name."))
            if index < 2:
                person.turns.append(Turn(at + timedelta(days=5), "reinstate", "The advertisement is gone."))
        elif index < 13:
            person.turns.append(Turn(at, "leave", "No time any more."))
        else:
            person.turns.append(Turn(at, "remove", "Promised cures on a live stream, after two warnings."))


def _applicant(rng: Random, key: int, people: list[Person], taken: Counter[str], now: datetime) -> Person:
    sponsor = rng.choice([person for person in people[:ROOTS] if person.sells_at(now)])
    applicant = _somebody(rng, key, sponsor if rng.random() < 0.7 else None, taken, now)
    applicant.joined_at = now - timedelta(hours=rng.uniform(2, 110))
    applicant.applied, applicant.turns = True, []
    return applicant


def _address(name: names.Name, taken: Counter[str]) -> str:
    plain = f"{name.first}.{name.last}".lower()
    taken[plain] += 1
    return f"{plain}{taken[plain] if taken[plain] > 1 else ''}@example.com"


def _suffix(rng: Random) -> str:
    return "".join(rng.choice(SUFFIX_ALPHABET) for _ in range(SUFFIX_LENGTH))
