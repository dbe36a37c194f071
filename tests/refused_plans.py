"""Malformed plans: why each is refused, the path that the refusal names, and a word that its message must hold."""

from __future__ import annotations

from typing import Any

RATE = {"level": 1, "bps": 1000}
TIERS = {
    "by": "own",
    "period": "month",
    "mode": "marginal",
    "currency": "USD",
    "steps": [{"from": "0.00", "bps": 500}, {"from": "1000.00", "bps": 700}],
}
CAMPAIGN = {
    "name": "Double week",
    "from": "2026-12-01T00:00:00+00:00",
    "to": "2026-12-08T00:00:00+00:00",
    "multiplier_bps": 20_000,
}
CAP = {"per": "order", "amount": "200.00", "currency": "USD"}
GOOD: dict[str, Any] = {"name": "Autumn", "ceiling_bps": 2500, "hold_days": 14, "rates": [RATE]}
CURRENCIES = (
    "AED", "AUD", "BRL", "CAD", "CHF", "CNY", "CZK", "DKK", "EUR", "GBP", "HKD", "HUF", "INR", "JPY", "KWD", "MXN",
    "NOK", "PLN", "SEK", "TRY", "USD",
)  # fmt: skip
PERSON = "00000000-0000-0000-0000-000000000001"


def plan(**changes: Any) -> dict[str, Any]:
    """A good plan with these fields; those that are None are left out."""
    return {name: value for name, value in {**GOOD, **changes}.items() if value is not None}


def without(entry: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in entry.items() if name not in names}


def rate(**changes: Any) -> dict[str, Any]:
    return plan(rates=[RATE, {"level": 2, "bps": 1, **changes}])


def fixed(**changes: Any) -> dict[str, Any]:
    return plan(rates=[{"level": 1, "fixed": "5.00", "currency": "USD", **changes}])


def tiers(*left_out: str, **changes: Any) -> dict[str, Any]:
    return plan(rates=[RATE, {"level": 2, "tiers": without({**TIERS, **changes}, *left_out)}])


def steps(*listed: Any) -> dict[str, Any]:
    return tiers(steps=list(listed))


def campaign(*left_out: str, **changes: Any) -> dict[str, Any]:
    return plan(campaigns=[without({**CAMPAIGN, **changes}, *left_out)])


def cap(*left_out: str, **changes: Any) -> dict[str, Any]:
    return plan(caps=[without({**CAP, **changes}, *left_out)])


def condition(**changes: Any) -> dict[str, Any]:
    return plan(uplines={"conditions": [{"level": 2, "grades": ["gold"], **changes}]})


def own_sales(**changes: Any) -> dict[str, Any]:
    return condition(own_sales={"amount": "100.00", "currency": "USD", "period": "month", **changes})


REFUSED: list[tuple[str, dict[str, Any], str, str]] = [
    ("a name is required", plan(name=None), "name", "required"),
    ("a name is text", plan(name=7), "name", "text"),
    ("a name has a character", plan(name=""), "name", "1"),
    ("a name has at most 100 characters", plan(name="x" * 101), "name", "100"),
    ("base is net or gross", plan(base="brutto"), "base", "gross"),
    ("base is text", plan(base=["net"]), "base", "gross"),
    ("discounts is after or before", plan(discounts="without"), "discounts", "before"),
    ("shipping is exclude or include", plan(shipping=True), "shipping", "include"),
    ("gift_cards is exclude or pay", plan(gift_cards="include"), "gift_cards", "pay"),
    ("self_purchase is pay, skip or sponsor", plan(self_purchase="never"), "self_purchase", "sponsor"),
    ("a ceiling is required", plan(ceiling_bps=None), "ceiling_bps", "required"),
    ("a ceiling is not negative", plan(ceiling_bps=-1), "ceiling_bps", "0"),
    ("a ceiling is at most 10 000", plan(ceiling_bps=10_001), "ceiling_bps", "10000"),
    ("a ceiling is a whole number", plan(ceiling_bps=2500.5), "ceiling_bps", "whole number"),
    ("a ceiling is a number", plan(ceiling_bps="2500"), "ceiling_bps", "whole number"),
    ("true is no number", plan(ceiling_bps=True), "ceiling_bps", "whole number"),
    ("a hold is required", plan(hold_days=None), "hold_days", "required"),
    ("a hold is at most 3 650 days", plan(hold_days=3651), "hold_days", "3650"),
    ("a hold is not negative", plan(hold_days=-1), "hold_days", "0"),
    (
        "goods are received a day after sending at the earliest",
        plan(received_after_days=0),
        "received_after_days",
        "1",
    ),
    (
        "goods are received 180 days after sending at the latest",
        plan(received_after_days=181),
        "received_after_days",
        "180",
    ),
    ("holds by grade are an object", plan(hold_days_by_grade=[7]), "hold_days_by_grade", "object"),
    ("holds by grade name a grade", plan(hold_days_by_grade={}), "hold_days_by_grade", "1"),
    (
        "a grade's hold is in whole days",
        plan(hold_days_by_grade={"gold": "7"}),
        "hold_days_by_grade.gold",
        "whole",
    ),
    (
        "a grade's hold is at most 3 650 days",
        plan(hold_days_by_grade={"silver": 1, "gold": 3651}),
        "hold_days_by_grade.gold",
        "3650",
    ),
    (
        "a grade's hold is not negative",
        plan(hold_days_by_grade={"gold": -1}),
        "hold_days_by_grade.gold",
        "0",
    ),
    ("an unknown field", plan(cieling_bps=1), "cieling_bps", "not part"),
    ("a margin is an object", plan(margin=2000), "margin", "object"),
    ("a margin says how much", plan(margin={}), "margin.least_bps", "required"),
    ("a margin is at most 10 000", plan(margin={"least_bps": 10_001}), "margin.least_bps", "10000"),
    ("a margin knows one field", plan(margin={"least_bps": 1, "most_bps": 2}), "margin.most_bps", "not part"),
    ("rates are required", plan(rates=None), "rates", "required"),
    ("rates are a list", plan(rates={"level": 1, "bps": 1}), "rates", "list"),
    ("there is at least one rate", plan(rates=[]), "rates", "1"),
    (
        "there are at most 5 000 rates",
        plan(rates=[{**RATE, "product": f"p-{number}"} for number in range(5001)]),
        "rates",
        "5000",
    ),
    ("a rate is an object", plan(rates=[RATE, 500]), "rates[1]", "object"),
    ("a rate has a level", plan(rates=[{"bps": 500}]), "rates[0].level", "required"),
    ("there is no level 0", rate(level=0), "rates[1].level", "1"),
    ("there is no level 4", rate(level=4), "rates[1].level", "3"),
    ("a level is a number", rate(level="2"), "rates[1].level", "whole number"),
    ("a rate has a value", plan(rates=[RATE, {"level": 2}]), "rates[1]", "exactly one"),
    ("a rate has one value", rate(fixed="5.00", currency="USD"), "rates[1]", "exactly one"),
    ("a rate has one value, tiers or a percentage", rate(tiers=TIERS), "rates[1]", "exactly one"),
    ("bps is not negative", rate(bps=-1), "rates[1].bps", "0"),
    ("bps is at most 10 000", rate(bps=10_001), "rates[1].bps", "10000"),
    ("bps is a whole number", rate(bps=1.5), "rates[1].bps", "whole number"),
    ("bps is no text", rate(bps="100"), "rates[1].bps", "whole number"),
    ("null is no rate", rate(bps=None), "rates[1].bps", "null"),
    ("a selector is never null: it would widen", rate(bps=1, channel=None), "rates[1].channel", "null"),
    ("nor inside a list", rate(bps=1, channel=["a", None]), "rates[1].channel[1]", "null"),
    ("a category is not a number", rate(bps=1, category=7), "rates[1].category", "one text or a list"),
    ("a rate knows its fields", rate(percent=10), "rates[1].percent", "not part"),
    ("a percentage has no currency", rate(currency="USD"), "rates[1].currency", "fixed"),
    ("an amount has a currency", plan(rates=[{"level": 1, "fixed": "5.00"}]), "rates[0].currency", "fixed"),
    ("a currency is one of ISO 4217", fixed(currency="XYZ"), "rates[0].currency", "ISO 4217"),
    ("a currency is written large", fixed(currency="usd"), "rates[0].currency", "ISO 4217"),
    ("an amount is text", fixed(fixed=5), "rates[0].fixed", "text"),
    ("an amount is decimal text", fixed(fixed="5,00"), "rates[0].fixed", "decimal"),
    ("an amount has no exponent", fixed(fixed="1e3"), "rates[0].fixed", "decimal"),
    ("an amount is not negative", fixed(fixed="-5.00"), "rates[0].fixed", "negative"),
    ("dollars have two decimals", fixed(fixed="5.001"), "rates[0].fixed", "2 decimals"),
    ("yen have no decimals", fixed(fixed="5.5", currency="JPY"), "rates[0].fixed", "0 decimals"),
    ("dinars have three decimals", fixed(fixed="5.0001", currency="KWD"), "rates[0].fixed", "3 decimals"),
    ("an amount is one that can be kept", fixed(fixed="99999999999999999"), "rates[0].fixed", "decimal"),
    (
        "one selector of what is sold",
        rate(product="p-1", category="c-1"),
        "rates[1].category",
        "at most one of variant, product, collection, category",
    ),
    (
        "not a product and its variant",
        rate(product="p-1", variant="v-1"),
        "rates[1].product",
        "at most one of variant, product, collection, category",
    ),
    (
        "one selector of who earns",
        rate(grade="gold", group="press"),
        "rates[1].grade",
        "at most one of distributor, group, grade",
    ),
    (
        "not a person and their grade",
        rate(grade="gold", distributor=PERSON),
        "rates[1].grade",
        "at most one of distributor, group, grade",
    ),
    ("a category is text", rate(category=7), "rates[1].category", "list"),
    ("a category is not empty", rate(category=""), "rates[1].category", "1"),
    ("a list is not empty", rate(category=[]), "rates[1].category", "1"),
    (
        "a list has at most 1 000",
        rate(product=[f"p-{number}" for number in range(1001)]),
        "rates[1].product",
        "1000",
    ),
    ("a list is of texts", rate(product=["p-1", 7]), "rates[1].product[1]", "text"),
    ("a selector is no object", rate(collection={"id": "col-1"}), "rates[1].collection", "list"),
    ("a distributor is an id", rate(distributor="alice"), "rates[1].distributor", "id"),
    (
        "each of several distributors is an id",
        rate(distributor=[PERSON, "alice"]),
        "rates[1].distributor[1]",
        "id",
    ),
    ("a stage is one of three", rate(stage="old"), "rates[1].stage", "best_selling"),
    ("a stage is no list", rate(stage=["new"]), "rates[1].stage", "best_selling"),
    ("a customer is first or repeat", rate(customer="second"), "rates[1].customer", "repeat"),
    ("a customer is no list", rate(customer=["first", "repeat"]), "rates[1].customer", "repeat"),
    ("order_from is an object", rate(order_from="100.00"), "rates[1].order_from", "object"),
    (
        "order_from has an amount",
        rate(order_from={"currency": "USD"}),
        "rates[1].order_from.amount",
        "required",
    ),
    (
        "order_from has a currency",
        rate(order_from={"amount": "1.00"}),
        "rates[1].order_from.currency",
        "required",
    ),
    (
        "order_from has the currency's decimals",
        rate(order_from={"amount": "1.001", "currency": "USD"}),
        "rates[1].order_from.amount",
        "2 decimals",
    ),
    (
        "order_from is not negative",
        rate(order_from={"amount": "-1.00", "currency": "USD"}),
        "rates[1].order_from.amount",
        "negative",
    ),
    (
        "order_from knows its fields",
        rate(order_from={"amount": "1.00", "currency": "USD", "to": "2.00"}),
        "rates[1].order_from.to",
        "not part",
    ),
    ("a priority is not negative", rate(priority=-1), "rates[1].priority", "0"),
    ("a priority is at most 1 000", rate(priority=1001), "rates[1].priority", "1000"),
    ("a priority is a number", rate(priority="high"), "rates[1].priority", "whole number"),
    ("tiers are an object", plan(rates=[{"level": 1, "tiers": []}]), "rates[0].tiers", "object"),
    ("tiers are by own or team sales", tiers(by="orders"), "rates[1].tiers.by", "team"),
    ("tiers say by what", tiers("by"), "rates[1].tiers.by", "required"),
    ("a period is month, quarter or year", tiers(period="week"), "rates[1].tiers.period", "year"),
    ("a mode is marginal or whole", tiers(mode="both"), "rates[1].tiers.mode", "whole"),
    ("tiers say their mode", tiers("mode"), "rates[1].tiers.mode", "required"),
    ("tiers have a currency", tiers("currency"), "rates[1].tiers.currency", "required"),
    ("tiers have steps", tiers("steps"), "rates[1].tiers.steps", "required"),
    ("tiers have at least one step", steps(), "rates[1].tiers.steps", "1"),
    (
        "tiers have at most 20 steps",
        steps(*({"from": f"{number}.00", "bps": 1} for number in range(21))),
        "rates[1].tiers.steps",
        "20",
    ),
    (
        "the first step is from 0",
        steps({"from": "1.00", "bps": 1}),
        "rates[1].tiers.steps[0].from",
        "begins at 0",
    ),
    (
        "each step is from more than the one before",
        steps({"from": "0.00", "bps": 1}, {"from": "5.00", "bps": 2}, {"from": "5.00", "bps": 3}),
        "rates[1].tiers.steps[2].from",
        "more than",
    ),
    (
        "a second step is not from 0 again",
        steps({"from": "0.00", "bps": 1}, {"from": "0", "bps": 2}),
        "rates[1].tiers.steps[1].from",
        "more than",
    ),
    (
        "a step has the currency's decimals",
        steps({"from": "0.00", "bps": 1}, {"from": "5.001", "bps": 2}),
        "rates[1].tiers.steps[1].from",
        "2 decimals",
    ),
    ("a step has a rate", steps({"from": "0.00"}), "rates[1].tiers.steps[0].bps", "required"),
    (
        "a step's rate is at most 10 000",
        steps({"from": "0.00", "bps": 10_001}),
        "rates[1].tiers.steps[0].bps",
        "10000",
    ),
    ("a step is an object", steps(500), "rates[1].tiers.steps[0]", "object"),
    (
        "a step knows its fields",
        steps({"from": "0", "bps": 1, "to": "9"}),
        "rates[1].tiers.steps[0].to",
        "not part",
    ),
    ("tiers know their fields", tiers(start="0"), "rates[1].tiers.start", "not part"),
    ("campaigns are a list", plan(campaigns={}), "campaigns", "list"),
    (
        "there are at most 500 campaigns",
        plan(campaigns=[{**CAMPAIGN, "product": f"p-{number}"} for number in range(501)]),
        "campaigns",
        "500",
    ),
    ("a campaign has a name", campaign("name"), "campaigns[0].name", "required"),
    ("a campaign begins", campaign("from"), "campaigns[0].from", "required"),
    ("a campaign ends", campaign("to"), "campaigns[0].to", "required"),
    (
        "a campaign ends after it begins",
        campaign(to="2026-11-30T00:00:00+00:00"),
        "campaigns[0].to",
        "later than from",
    ),
    (
        "a campaign lasts some time",
        campaign(to="2026-12-01T01:00:00+01:00"),
        "campaigns[0].to",
        "later than from",
    ),
    ("a time has an offset", campaign(to="2026-12-08T00:00:00"), "campaigns[0].to", "ISO 8601"),
    ("a time is ISO 8601", campaign(**{"from": "first of December"}), "campaigns[0].from", "ISO 8601"),
    ("a time is text", campaign(**{"from": 1_796_083_200}), "campaigns[0].from", "text"),
    ("a campaign has an effect", campaign("multiplier_bps"), "campaigns[0]", "exactly one"),
    ("a campaign has one effect", campaign(bps=500), "campaigns[0]", "exactly one"),
    ("a campaign has no tiers", campaign("multiplier_bps", tiers=TIERS), "campaigns[0].tiers", "not part"),
    (
        "a multiplier is at most 100 000",
        campaign(multiplier_bps=100_001),
        "campaigns[0].multiplier_bps",
        "100000",
    ),
    ("a multiplier is not negative", campaign(multiplier_bps=-1), "campaigns[0].multiplier_bps", "0"),
    ("an override is at most 10 000", campaign("multiplier_bps", bps=10_001), "campaigns[0].bps", "10000"),
    (
        "an override by an amount has a currency",
        campaign("multiplier_bps", fixed="1.00"),
        "campaigns[0].currency",
        "fixed",
    ),
    ("levels are a list", campaign(levels=1), "campaigns[0].levels", "list"),
    ("levels are not empty", campaign(levels=[]), "campaigns[0].levels", "1"),
    ("levels are 1 to 3", campaign(levels=[1, 4]), "campaigns[0].levels[1]", "3"),
    ("stacks is true or false", campaign(stacks="yes"), "campaigns[0].stacks", "true or false"),
    ("a campaign has no level", campaign(level=1), "campaigns[0].level", "not part"),
    (
        "a campaign's selectors are checked too",
        campaign(product="p", collection="c"),
        "campaigns[0].collection",
        "at most one of variant, product, collection, category",
    ),
    ("a campaign's stage is one of three", campaign(stage="old"), "campaigns[0].stage", "best_selling"),
    ("caps are a list", plan(caps=CAP), "caps", "list"),
    (
        "there are at most 20 caps",
        plan(caps=[{**CAP, "currency": currency} for currency in CURRENCIES]),
        "caps",
        "20",
    ),
    ("a cap is per line, order or distributor", cap(per="shop"), "caps[0].per", "distributor"),
    ("a cap says of what", cap("per"), "caps[0].per", "required"),
    ("a cap has an amount", cap("amount"), "caps[0].amount", "required"),
    ("a cap has a currency", cap("currency"), "caps[0].currency", "required"),
    ("a cap is not negative", cap(amount="-1.00"), "caps[0].amount", "negative"),
    ("a cap has the currency's decimals", cap(amount="1.5", currency="JPY"), "caps[0].amount", "0 decimals"),
    ("a distributor's cap has a period", cap(per="distributor"), "caps[0].period", "distributor"),
    (
        "a period of a cap is month, quarter or year",
        cap(per="distributor", period="day"),
        "caps[0].period",
        "year",
    ),
    ("an order's cap has no period", cap(period="month"), "caps[0].period", "distributor"),
    ("one cap of a kind and currency", plan(caps=[CAP, {**CAP, "amount": "5.00"}]), "caps[1]", "caps[0]"),
    (
        "one cap of a period and currency",
        plan(caps=[CAP, *2 * [{**CAP, "per": "distributor", "period": "year"}]]),
        "caps[2]",
        "caps[1]",
    ),
    ("uplines are an object", plan(uplines="compress"), "uplines", "object"),
    (
        "unqualified is keep or compress",
        plan(uplines={"unqualified": "skip"}),
        "uplines.unqualified",
        "compress",
    ),
    ("uplines know their fields", plan(uplines={"depth": 4}), "uplines.depth", "not part"),
    ("conditions are a list", plan(uplines={"conditions": {}}), "uplines.conditions", "list"),
    ("the seller has no condition", condition(level=1), "uplines.conditions[0].level", "2"),
    ("there is no condition of level 4", condition(level=4), "uplines.conditions[0].level", "3"),
    (
        "one condition for a level",
        plan(uplines={"conditions": [{"level": 2, "grades": ["gold"]}, {"level": 2, "grades": ["silver"]}]}),
        "uplines.conditions[1].level",
        "level 2",
    ),
    ("grades are a list", condition(grades="gold"), "uplines.conditions[0].grades", "list"),
    ("grades are texts", condition(grades=["gold", 1]), "uplines.conditions[0].grades[1]", "text"),
    ("own sales have an amount", own_sales(amount=100), "uplines.conditions[0].own_sales.amount", "text"),
    (
        "own sales have a currency",
        own_sales(currency="EUX"),
        "uplines.conditions[0].own_sales.currency",
        "ISO 4217",
    ),
    ("own sales have a period", own_sales(period="week"), "uplines.conditions[0].own_sales.period", "year"),
    ("a customer limit is an object", plan(customer_limit=24), "customer_limit", "object"),
    ("a customer limit limits something", plan(customer_limit={}), "customer_limit", "months, orders"),
    ("months are at least 1", plan(customer_limit={"months": 0}), "customer_limit.months", "1"),
    ("months are at most 1 200", plan(customer_limit={"months": 1201}), "customer_limit.months", "1200"),
    ("orders are at least 1", plan(customer_limit={"orders": 0}), "customer_limit.orders", "1"),
    (
        "orders are at most 100 000",
        plan(customer_limit={"orders": 100_001}),
        "customer_limit.orders",
        "100000",
    ),
    ("a limit is in months or orders", plan(customer_limit={"days": 30}), "customer_limit.days", "not part"),
]
