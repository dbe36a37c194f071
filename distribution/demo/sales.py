"""Who buys what, through whom, and what happens to the order: each sale gets a recorded story and times of its own."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from uuid import UUID

from distribution.demo import names
from distribution.demo.brand import SALE_VOUCHER, YEAR
from distribution.demo.calendar import is_sale, purchases
from distribution.demo.people import Person
from distribution.demo.shapes import ORDER, REPLACEMENT, Identity, Shape, global_id, shapes
from distribution.demo.timing import times_of

COUNTER = "counter"
"""The kind of the stories that the storefront sells by; the year has none of them."""
_FIRST_NUMBER = 10_001
_IDLE_CLICKS = 11.0
_STORIES = {
    "ordinary": 560, "slow_payment": 40, "two_parcels": 70, "partner_voucher": 0, "lantern_sale": 0, "never_paid": 28,
    "cancelled": 30, "one_back": 42, "all_back": 20, "goodwill": 16, "granted": 10, "exchange": 14,
    "gift_card_bought": 18, "course": 22, "gift_card_used": 20, "shipped_again": 6, "charge_back": 4, "instalments": 10,
    "on_invoice": 8, "returned_twice": 6, "sold_out": 8, "by_phone": 10,
}  # fmt: skip
_UNKNOWN_CODES = ("SUMMER-DEAL", "EMMAA", "FRIEND50", "抖音专享", "NEWS-2024")


@dataclass(frozen=True, slots=True)
class Sale:
    """One order of the year; an exchange has a second one that replaces part of the first."""

    shape: Shape
    part: str
    identity: Identity


@dataclass(frozen=True, slots=True)
class Click:
    """A visit through somebody's link."""

    id: str
    code: str
    at: datetime
    ip: str
    page: str


@dataclass(slots=True)
class Shopper:
    """Somebody who bought before."""

    email: str
    currency: str
    user_id: str | None


class Year:
    """Invents the year's orders and clicks, in the order in which they were placed."""

    def __init__(self, rng: Random, people: list[Person], now: datetime) -> None:
        self._rng, self._people, self._now = rng, people, now
        self._shoppers: list[Shopper] = []
        self._active: dict[datetime, list[Person]] = {}
        self._number = _FIRST_NUMBER
        self.clicks: list[Click] = []
        self._by_kind: dict[tuple[str, str], list[Shape]] = defaultdict(list)
        for shape in shapes():
            self._by_kind[shape.kind, shape.currency].append(shape)

    def sales(self) -> Iterator[Sale]:
        """Every order, and with it the clicks that led or did not lead to it."""
        for at in purchases(self._rng, self._now):
            yield from self._sale(at)

    def scripted(self, kind: str, seller: Person, times: tuple[datetime, ...]) -> Sale:
        """An order of which we want to know exactly what becomes of it."""
        shape = max(
            self._by_kind[kind, seller.currency], key=lambda shape: sum(units for _, units in shape.items)
        )
        shopper = self._new_shopper(seller.currency)
        return Sale(shape, ORDER, self._identity(shopper, times, referral_code=seller.code))

    def _sale(self, at: datetime) -> Iterator[Sale]:
        rng = self._rng
        selling = self._selling(at)
        seller = rng.choices(selling, [person.weight for person in selling])[0] if selling else None
        way = rng.choices(
            ("link", "voucher", "nothing", "returning", "unknown", "own"), (60, 9, 17, 12, 1, 1)
        )[0]
        if seller is None or (way == "voucher" and not any(person.voucher for person in selling)):
            way = "nothing"
        if way == "voucher":
            seller = rng.choice([person for person in selling if person.voucher])
        currency = seller.currency if seller and rng.random() < 0.9 else rng.choice(("EUR", "CNY"))
        shopper = self._shopper(currency, returning=way == "returning")
        if way == "own" and seller is not None:
            shopper = Shopper(seller.email, currency, None)
        shape = self._shape(at, way, currency)
        times = times_of(rng, shape.steps, at)
        code = click_id = None
        if way in ("link", "own") and seller is not None:
            code, click_id = seller.code, self._clicked(seller, at)
        elif way == "unknown":
            code = rng.choice(_UNKNOWN_CODES)
        voucher = seller.voucher if seller and way == "voucher" else SALE_VOUCHER
        identity = self._identity(shopper, times, referral_code=code, click_id=click_id, voucher_code=voucher)
        yield Sale(shape, ORDER, identity)
        if REPLACEMENT in shape.states:
            yield Sale(shape, REPLACEMENT, self._identity(
                shopper, times, referral_code=code, click_id=click_id, original_id=identity.id))  # fmt: skip

    def _selling(self, at: datetime) -> list[Person]:
        """Who shares links on that day, and before and after it."""
        day = at.replace(hour=0, minute=0, second=0)
        if day not in self._active:
            self._active[day] = [
                person
                for person in self._people
                if person.sells_at(day) and person.sells_at(day + timedelta(days=1))
            ]
        return self._active[day]

    def _shape(self, at: datetime, way: str, currency: str) -> Shape:
        if way == "voucher":
            kind = "partner_voucher"
        elif is_sale(at, self._now) and self._rng.random() < 0.8:
            kind = "lantern_sale"
        else:
            kind = self._rng.choices(list(_STORIES), list(_STORIES.values()))[0]
            if kind == "by_phone":
                kind = "ordinary"
        return self._rng.choice(self._by_kind[kind, currency])

    def _clicked(self, seller: Person, bought_at: datetime) -> str:
        """The click that led to an order, some minutes or days before; many more led nowhere."""
        rng = self._rng
        before = min(rng.expovariate(1 / 14.0), 24 * 20)
        at = max(seller.joined_at + timedelta(hours=1), bought_at - timedelta(hours=before, minutes=3))
        led = self._click(seller, at)
        for _ in range(int(rng.expovariate(1 / _IDLE_CLICKS))):
            self._click(seller, at + timedelta(hours=rng.uniform(-60, 60)))
        return led

    def _click(self, seller: Person, at: datetime) -> str:
        rng = self._rng
        click_id = f"{rng.getrandbits(128):032x}"
        if self._now - YEAR < at < self._now and seller.sells_at(at):
            ip = f"198.51.{rng.randrange(256)}.{rng.randrange(256)}"
            page = rng.choice(("/", "/", "/products/cloud-cups", "/products/first-matcha-kit"))
            self.clicks.append(Click(click_id, seller.code, at, ip, page))
        return click_id

    def _shopper(self, currency: str, *, returning: bool) -> Shopper:
        known = (
            [shopper for shopper in self._shoppers[-900:] if shopper.currency == currency]
            if returning
            else []
        )
        if known:
            return self._rng.choice(known)
        shopper = self._new_shopper(currency)
        self._shoppers.append(shopper)
        return shopper

    def _new_shopper(self, currency: str) -> Shopper:
        rng = self._rng
        name = names.chinese(rng) if currency == "CNY" else names.western(rng)
        user_id = global_id("User", UUID(int=rng.getrandbits(128))) if rng.random() < 0.5 else None
        return Shopper(
            f"{name.first}.{name.last}.{rng.randrange(10**6)}@example.net".lower(), currency, user_id
        )

    def _identity(
        self, shopper: Shopper, times: tuple[datetime, ...], *, referral_code: str | None = None,
        click_id: str | None = None, voucher_code: str | None = None, original_id: str | None = None,
    ) -> Identity:  # fmt: skip
        self._number += 1
        return Identity(
            id=global_id("Order", UUID(int=self._rng.getrandbits(128))),
            number=self._number,
            email=shopper.email,
            times=times,
            user_id=shopper.user_id,
            referral_code=referral_code,
            click_id=click_id,
            voucher_code=voucher_code,
            original_id=original_id,
        )
