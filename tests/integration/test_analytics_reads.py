"""What the distributor's pages read agrees with the rows it comes from, summed another way."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random
from uuid import UUID

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from distribution.analytics.balances import balances
from distribution.analytics.dashboard import dashboard
from distribution.analytics.earnings import EarningFilter, EarningRow, View, earnings
from distribution.analytics.links import codes
from distribution.analytics.order_detail import order_detail
from distribution.analytics.orders import OrderFilter, OrderRow, orders
from distribution.analytics.paging import Cursor
from distribution.analytics.pulse import pulse
from distribution.analytics.selling import selling
from distribution.analytics.team import brought, team_page
from distribution.analytics.team_ties import team_ties
from distribution.analytics.trend import trend
from distribution.commission.accrue import accrue
from distribution.commission.receipt.confirm import confirm_receipt
from distribution.db import create_engine
from distribution.errors import InvalidInput, NotFound
from distribution.ledger.read import holdings
from distribution.network import tree
from distribution.orders.snapshot import OrderSnapshot
from distribution.privacy.encryption import Cipher, new_key
from distribution.promotion.clicks import Visit, record_clicks
from distribution.settings.document import ProgramSettings
from tests.functional.world import PHONE_BROWSER, World, an_order, build


@pytest.fixture(scope="module")
def filled(module_database_url: str) -> Iterator[tuple[Engine, World]]:
    engine = create_engine(module_database_url)
    yield engine, build(engine, now=datetime.now(UTC))
    engine.dispose()


@pytest.fixture
def database(filled: tuple[Engine, World]) -> Iterator[Session]:
    with Session(filled[0]) as session:
        yield session


@pytest.fixture
def world(filled: tuple[Engine, World]) -> World:
    return filled[1]


def recorded(database: Session, distributor_id: UUID, condition: str = "true") -> int:
    """The sum of a distributor's lines."""
    query = text(
        "SELECT coalesce(sum(amount_minor), 0)::bigint FROM distribution.commission_lines"
        f" WHERE distributor_id = :id AND {condition}"
    )
    return int(database.execute(query, {"id": distributor_id}).scalar_one())


def settled_minor(database: Session, distributor_id: UUID) -> int:
    """The sum of a distributor's statements."""
    query = text("SELECT sum(total_minor)::bigint FROM distribution.statements WHERE distributor_id = :id")
    return int(database.execute(query, {"id": distributor_id}).scalar_one())


def test_balances_are_what_is_not_settled_by_day_and_what_the_ledger_holds(
    database: Session, world: World
) -> None:
    [mine] = balances(database, world.hero_id, now=world.now)
    [held] = holdings(database, [world.hero_id])
    waits_minor = recorded(database, world.hero_id) - settled_minor(database, world.hero_id)
    assert mine.pending_minor + mine.matured_minor == waits_minor
    for name in ("currency", "available_minor", "reserved_minor", "debt_minor", "paid_minor"):
        assert getattr(mine, name) == getattr(held, name), name
    assert sum(day.amount_minor for day in mine.upcoming) == mine.pending_minor > 0
    assert list(mine.upcoming) == sorted(mine.upcoming, key=lambda each: each.day)


def test_a_trend_holds_everything_of_its_days_and_nothing_twice(database: Session, world: World) -> None:
    whole = trend(database, world.hero_id, currency="USD", days=90, now=world.now)
    assert whole.total("commission_minor") == recorded(database, world.hero_id)
    assert whole.total("clicks") == 320
    assert whole.total("paid") <= whole.total("orders")
    half = trend(database, world.hero_id, currency="USD", days=45, now=world.now)
    for measure in ("commission_minor", "orders", "paid", "clicks"):
        assert half.total(measure) + half.total_before(measure) == whole.total(measure)
    other = trend(database, world.hero_id, currency="JPY", days=90, now=world.now)
    assert other.total("commission_minor") == 0


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Pacific/Pago_Pago", "Europe/Berlin"])
def test_a_trend_ends_today_wherever_that_is(database: Session, world: World, zone: str) -> None:
    found = trend(database, world.hero_id, currency="USD", days=60, now=world.now, zone=zone)
    assert len(found.days) == len(found.before) == 60
    assert found.days[0].day - found.before[-1].day == timedelta(days=1)
    assert found.total("commission_minor") + found.total_before("commission_minor") == recorded(
        database, world.hero_id
    )


def every_order(database: Session, world: World, level: int | None = None) -> list[OrderRow]:
    rows: list[OrderRow] = []
    after: Cursor | None = None
    while True:
        page = orders(database, world.hero_id, OrderFilter(level=level), after=after, limit=7)
        rows += page.items
        if page.next is None:
            return rows
        after = page.next


def test_every_order_once_newest_first_with_its_own_sum(database: Session, world: World) -> None:
    rows = every_order(database, world)
    assert len({row.id for row in rows}) == len(rows) > 7
    assert [row.placed_at for row in rows] == sorted((row.placed_at for row in rows), reverse=True)
    assert sum(row.accrued_minor for row in rows) == recorded(database, world.hero_id)
    assert all(row.potential_minor >= row.accrued_minor for row in rows)
    assert all(row.accrued_minor == 0 for row in rows if row.state in ("cancelled", "refunded", "paid"))
    assert all(row.accrued_minor == row.potential_minor > 0 for row in rows if row.state == "shipped")


@pytest.mark.parametrize("level", [1, 2, 3])
def test_orders_of_one_level(database: Session, world: World, level: int) -> None:
    rows = every_order(database, world, level)
    assert rows
    assert all(level in row.levels for row in rows)


def test_orders_of_one_state_and_of_some_days(database: Session, world: World) -> None:
    rows = every_order(database, world)
    states = {row.state for row in rows}
    assert {"shipped", "cancelled", "refunded"} <= states
    for state in states:
        found = orders(database, world.hero_id, OrderFilter(state=state), limit=100).items
        assert [row.id for row in found] == [row.id for row in rows if row.state == state]
    since, until = rows[9].placed_at, rows[3].placed_at
    found = orders(database, world.hero_id, OrderFilter(since=since, until=until)).items
    assert [row.id for row in found] == [row.id for row in rows[4:10]]
    assert all(row.products for row in rows)


def test_an_order_has_arrived_once_somebody_says_so(engine: Engine) -> None:
    world = build(engine, now=datetime.now(UTC), orders=12)
    with Session(engine) as database, database.begin():
        first, *others = orders(database, world.hero_id, OrderFilter(state="shipped"), limit=100).items
        assert orders(database, world.hero_id, OrderFilter(state="received")).items == ()
        said = {"confirmed_by": "carrier", "actor": "merchant:test", "now": world.now}
        of_shop = f"order-{first.number}"
        confirm_receipt(database, "saleor", of_shop, received_at=first.placed_at + timedelta(hours=1), **said)
        # It was sent after a day: that was said of nothing.
        assert orders(database, world.hero_id, OrderFilter(state="received")).items == ()
        confirm_receipt(database, "saleor", of_shop, received_at=first.placed_at + timedelta(days=2), **said)
        [arrived] = orders(database, world.hero_id, OrderFilter(state="received")).items
        assert (arrived.id, arrived.state) == (first.id, "received")
        assert order_detail(database, world.hero_id, first.id).state == "received"
        left = orders(database, world.hero_id, OrderFilter(state="shipped"), limit=100).items
        assert [row.id for row in left] == [row.id for row in others]


def test_an_order_is_found_by_its_number_taken_literally(database: Session, world: World) -> None:
    number = every_order(database, world)[3].number
    assert [row.number for row in orders(database, world.hero_id, OrderFilter(number=number)).items] == [
        number
    ]
    assert orders(database, world.hero_id, OrderFilter(number="%")).items == ()


def test_an_orders_explanation_comes_to_what_is_recorded(database: Session, world: World) -> None:
    for row in every_order(database, world):
        detail = order_detail(database, world.hero_id, row.id)
        assert (
            sum(part.amount_minor for part in detail.explanations)
            == detail.accrued_minor
            == row.accrued_minor
        )
        assert detail.potential_minor == row.potential_minor
        assert (detail.seller is None) == (row.levels == (1,))


def test_an_order_that_brings_somebody_nothing_is_not_there_for_them(database: Session, world: World) -> None:
    query = text(
        "SELECT id FROM distribution.distributors WHERE third_id IS NULL AND second_id = :hero LIMIT 1"
    )
    stranger = database.execute(query, {"hero": world.hero_id}).scalar_one()
    own = next(row for row in every_order(database, world, 1))
    with pytest.raises(NotFound):
        order_detail(database, stranger, own.id)
    with pytest.raises(NotFound):
        order_detail(database, world.hero_id, 10**9)


@pytest.mark.parametrize("view", ["all", "pending", "released"])
def test_every_line_once(database: Session, world: World, view: View) -> None:
    rows: list[EarningRow] = []
    after: Cursor | None = None
    while True:
        wanted = EarningFilter("USD", view)
        page = earnings(database, world.hero_id, wanted, now=world.now, after=after, limit=9)
        rows += page.items
        if page.next is None:
            break
        after = page.next
    assert len({row.key for row in rows}) == len(rows) > 0
    moment = world.now.isoformat()
    condition = {
        "all": "true",
        "pending": f"matures_at > '{moment}'",
        "released": f"matures_at <= '{moment}'",
    }[view]
    assert sum(row.amount_minor for row in rows) == recorded(database, world.hero_id, condition)
    assert any(row.settled for row in rows) == (view != "pending")


def test_a_line_of_no_list_is_refused(database: Session, world: World) -> None:
    with pytest.raises(InvalidInput):
        earnings(database, world.hero_id, EarningFilter("USD"), now=world.now, after=Cursor(world.now, "x"))


def test_what_the_levels_brought_is_everything(database: Session, world: World) -> None:
    found = brought(database, world.hero_id)
    total = sum(amount.minor for amounts in found.levels.values() for amount in amounts)
    assert total == recorded(database, world.hero_id)


@pytest.mark.parametrize("level", [1, 2])
def test_what_the_members_brought_is_what_their_level_brought(
    database: Session, world: World, level: int
) -> None:
    since = world.now - timedelta(days=365)
    members = []
    before = None
    while True:
        page = team_page(database, world.hero_id, level=level, active_since=since, before=before, limit=2)
        members += page.members
        before = page.next
        if before is None:
            break
    ties = team_ties(database, world.hero_id, cipher=Cipher([new_key()]))
    assert len(members) == ties.counts[level] == tree.counts(database, world.hero_id)[level]
    assert all("." in member.name or "*" in member.name for member in members)
    assert all((member.via is None) == (level == 1) for member in members)
    of_members = sum(amount.minor for member in members for amount in member.commission)
    of_level = brought(database, world.hero_id).levels[level + 1]
    assert of_members == sum(amount.minor for amount in of_level)


def test_a_team_is_searched_and_narrowed(database: Session, world: World) -> None:
    since = world.now - timedelta(days=365)
    found = team_page(database, world.hero_id, level=1, active_since=since, search="grace")
    assert [member.name for member in found.members] == ["Grace H."]
    assert team_page(database, world.hero_id, level=1, active_since=since, search="_").members == ()
    whole = team_page(database, world.hero_id, level=1, active_since=since, search="王小明")
    wrong = team_page(database, world.hero_id, level=1, active_since=since, search="王大力")
    assert [member.name for member in whole.members] == [member.name for member in wrong.members] == ["王**"]
    for hidden in ("hopper", "Kov", "小"):
        assert team_page(database, world.hero_id, level=1, active_since=since, search=hidden).members == ()
    future = world.now + timedelta(days=1)
    assert team_page(database, world.hero_id, level=1, active_since=future, active_only=True).members == ()
    with pytest.raises(InvalidInput):
        team_page(database, world.hero_id, level=4, active_since=since)


def test_the_dashboard_of_somebody_new_is_empty_and_whole(database: Session, world: World) -> None:
    nobody = UUID("00000000-0000-7000-8000-000000000001")
    facts = dashboard(
        database,
        nobody,
        currency=None,
        settings=ProgramSettings(default_currency="EUR"),
        days=7,
        now=world.now,
    )
    assert facts.balance.currency == "EUR"
    assert facts.balance.is_empty
    assert facts.recent == ()
    assert facts.selling.link_code is None


def test_codes_with_their_clicks(database: Session, world: World) -> None:
    link, voucher = codes(database, world.hero_id, since=world.now - timedelta(days=30))
    assert (link.code, link.kind, link.clicks_ever) == ("ADA", "link", 320)
    assert 0 < link.clicks < 320
    assert (voucher.code, voucher.kind, voucher.clicks_ever) == ("ADA10", "voucher", 0)


def test_what_sells_is_the_commission_of_own_paid_orders(database: Session, world: World) -> None:
    found = selling(database, world.hero_id, currency="USD", days=365, now=world.now)
    own = recorded(
        database,
        world.hero_id,
        "currency = 'USD' AND order_id IN (SELECT id FROM distribution.orders WHERE paid AND distributor_id = :id)",
    )
    assert sum(part.commission_minor for part in found.products) == own
    assert sum(part.commission_minor for part in found.countries) == own
    assert [part.clicks for part in found.destinations] == [320]
    assert sum(found.hours) == 320
    assert not found.has_method


def test_the_pulse_is_the_same_until_something_moves(engine: Engine) -> None:
    world = build(engine, now=datetime.now(UTC), orders=6)
    with Session(engine) as database:
        before = pulse(database, world.hero_id)
        assert pulse(database, world.hero_id) == before
    with Session(engine) as database, database.begin():
        visit = Visit(id="one-more", code="ADA", at=world.now, url="/", user_agent=PHONE_BROWSER)
        record_clicks(database, [visit])
    with Session(engine) as database:
        assert pulse(database, world.hero_id) != before


def test_the_pulse_hears_of_an_order_however_old(engine: Engine) -> None:
    """Sixty newer ones stand before it; what it brings moves what is pending all the same."""
    now = datetime.now(UTC)
    world = build(engine, now=now, orders=6)
    chance = Random(3)

    def states(number: int, state: str) -> OrderSnapshot:
        placed_at = now - timedelta(days=9, minutes=-number)
        return an_order(f"{5000 + number}", "ADA", state=state, placed_at=placed_at, now=now, chance=chance)

    with Session(engine) as database, database.begin():
        accrue(database, [states(number, "new") for number in range(60)], now=now)
    with Session(engine) as database:
        before = pulse(database, world.hero_id)
    old = replace(states(0, "shipped"), observed_at=now + timedelta(seconds=1))
    with Session(engine) as database, database.begin():
        accrue(database, [old], now=now + timedelta(seconds=1))
    with Session(engine) as database:
        assert pulse(database, world.hero_id) != before


def test_the_pulse_hears_of_a_payment_that_moves_no_money_however_old_the_order(engine: Engine) -> None:
    """Paid and not sent: no commission yet, and sixty newer orders stand before it."""
    now = datetime.now(UTC)
    later = now + timedelta(seconds=1)
    world = build(engine, now=now, orders=6)

    def states(number: int) -> OrderSnapshot:
        placed_at = now - timedelta(days=9, minutes=-number)
        return an_order(
            f"{5000 + number}", "ADA", state="new", placed_at=placed_at, now=now, chance=Random(3)
        )

    with Session(engine) as database, database.begin():
        unpaid = [replace(states(number), collected_minor=0) for number in range(61)]
        accrue(database, unpaid, now=now)
    with Session(engine) as database:
        before = pulse(database, world.hero_id)
        lines = database.execute(text("SELECT count(*) FROM distribution.commission_lines")).scalar_one()
    with Session(engine) as database, database.begin():
        accrue(
            database,
            [replace(states(0), collected_minor=states(0).total_minor, observed_at=later)],
            now=later,
        )
    with Session(engine) as database:
        assert pulse(database, world.hero_id) != before
        assert (
            database.execute(text("SELECT count(*) FROM distribution.commission_lines")).scalar_one() == lines
        )


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE distribution.distributors SET status = 'suspended' WHERE id = :id",
        """
        INSERT INTO distribution.payout_methods (id, distributor_id, adapter, label, details_encrypted, created_at)
        VALUES (gen_random_uuid(), :id, 'manual', 'Bank', '', now())
        """,
    ],
)
def test_the_pulse_hears_of_standing_and_of_where_money_goes(engine: Engine, change: str) -> None:
    world = build(engine, now=datetime.now(UTC), orders=2)
    with Session(engine) as database:
        before = pulse(database, world.hero_id)
        database.execute(text(change), {"id": world.hero_id})
        assert pulse(database, world.hero_id) != before
