"""What a distributor best does next: four steps to begin with, then what their own figures suggest."""

from __future__ import annotations

from dataclasses import dataclass

from flask import url_for
from flask_babel import gettext
from flask_login import current_user

from distribution.analytics.dashboard import Dashboard
from portal.formatting import hour, money

# An hour is worth naming when there is something to count and it stands out.
_ENOUGH_CLICKS, _PEAK = 50, 2


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do next; `icon` is shown for a suggestion, a step has a tick instead."""

    title: str
    text: str
    done: bool = False
    label: str = ""
    href: str = ""
    icon: str = "sparkles"


def first_steps(facts: Dashboard) -> list[Step]:
    """From joining to the first money, each done or not."""
    return [
        Step(
            gettext("Confirm your e-mail"),
            gettext("So that we can tell you about sales and payments."),
            current_user.email_confirmed,
        ),
        Step(
            gettext("Share your link"),
            gettext("Send it to one person who would like the shop."),
            facts.selling.clicks_ever > 0,
            gettext("Open"),
            url_for("distributor.links"),
        ),
        Step(
            gettext("Make your first sale"),
            gettext("Link to one product and say why you like it: that sells best."),
            bool(facts.recent),
            gettext("Choose"),
            url_for("distributor.links") + "#build",
        ),
        Step(
            gettext("Say where your money goes"),
            gettext("Add a payout account, so that a withdrawal takes one tap."),
            facts.selling.has_method,
            gettext("Enter"),
            url_for("distributor.account") + "#payout",
        ),
    ]


def suggestions(facts: Dashboard) -> list[Step]:
    """What the figures suggest, what concerns money first."""
    found = []
    balance = facts.balance
    if (waiting := facts.selling.to_confirm) is not None:
        found.append(
            Step(
                gettext(
                    "Confirm that you take %(amount)s", amount=money(waiting.amount_minor, waiting.currency)
                ),
                gettext(
                    "Your withdrawal is paid once you have confirmed it. What is not confirmed comes back."
                ),
                label=gettext("Confirm"),
                href=url_for("distributor.withdrawal", withdrawal_id=waiting.withdrawal_id),
                icon="smartphone",
            )
        )
    if balance.debt_minor:
        found.append(
            Step(
                gettext("You owe %(amount)s", amount=money(-balance.debt_minor, balance.currency)),
                gettext(
                    "An order was refunded after its commission was paid. It is taken from your next commission: "
                    "you need not do anything."
                ),
                label=gettext("See"),
                href=url_for("distributor.statements"),
                icon="undo-2",
            )
        )
    if balance.available_minor > 0 and facts.selling.has_method:
        found.append(
            Step(
                gettext("Withdraw %(amount)s", amount=money(balance.available_minor, balance.currency)),
                gettext("It is yours; ask for it whenever you like."),
                label=gettext("Withdraw"),
                href=url_for("distributor.withdrawals", currency=balance.currency),
                icon="hand-coins",
            )
        )
    if facts.selling.products:
        best = facts.selling.products[0]
        found.append(
            Step(
                gettext("Share %(product)s again", product=best.name),
                gettext("Nothing sells better for you now."),
                label=gettext("Link"),
                href=url_for("distributor.links", q=best.name) + "#build",
                icon="trending-up",
            )
        )
    if sum(facts.selling.hours) >= _ENOUGH_CLICKS:
        busiest = max(range(24), key=lambda each: facts.selling.hours[each])
        is_peak = facts.selling.hours[busiest] * 24 >= _PEAK * sum(facts.selling.hours)
        found += [
            Step(
                gettext("Post around %(time)s", time=hour(busiest)),
                gettext("No other hour brings you as many clicks."),
                icon="clock",
            )
        ] * is_peak
    return found[:3]
