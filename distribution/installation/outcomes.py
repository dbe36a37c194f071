"""Every finding there is, by its code: what is wrong, why it matters, and the exact next step."""

from __future__ import annotations

from typing import Any

from distribution.installation.outcome import Finding, Outcome, State

_GOOD: State = "good"
_WARN: State = "warn"
_BAD: State = "bad"

OUTCOMES: dict[str, Outcome] = {
    "setting.good": Outcome("%(variable)s", _GOOD, "is set"),
    "setting.app": Outcome("%(variable)s", _GOOD, "is not set: the installed App's is used"),
    "setting.wrong": Outcome(
        "%(variable)s",
        _BAD,
        "%(problem)s",
        "Programs refuse to start without it, or do only half of their work.",
        "Set %(variable)s for the portal, the worker and the scheduler (%(expected)s), and start them again.",
    ),
    "database.good": Outcome("database", _GOOD, "has the newest schema, %(head)s"),
    "database.unreachable": Outcome(
        "database",
        _BAD,
        "does not answer: %(error)s",
        "Everything the program knows is in it: no page opens and no order is recorded.",
        "Try psql with the address in DISTRIBUTION_DATABASE_URL from this machine; check that PostgreSQL runs, that"
        " its firewall and pg_hba.conf let this machine in, and that user and password are right.",
    ),
    "database.empty": Outcome(
        "database",
        _BAD,
        "has no tables of the program (no alembic_version)",
        "Nothing can be kept before they are made.",
        "Run: distribution migrate",
    ),
    "database.behind": Outcome(
        "database",
        _BAD,
        "has schema %(found)s, this program needs %(head)s",
        "The program asks for tables and columns that are not there yet.",
        "Stop the worker, run: distribution migrate, and start it again.",
    ),
    "database.ahead": Outcome(
        "database",
        _BAD,
        "has schema %(found)s, which this program does not know",
        "A newer version has been at work; this one could record wrongly.",
        "Install here the version that runs elsewhere: pip install --upgrade saleor-distribution",
    ),
    "clock.good": Outcome("clocks", _GOOD, "agree within %(seconds)s seconds"),
    "clock.differs": Outcome(
        "clocks",
        _BAD,
        "this machine's differs from that of %(whose)s by %(seconds)s seconds",
        "Which state of an order is newer, when a link's window ends and whether a login code is right go by clocks.",
        "Run on both: timedatectl set-ntp true, and look again with: timedatectl",
    ),
    "queue.good": Outcome(
        "queue", _GOOD, "answers; jobs that wait: %(waiting)s, that failed lately: %(failed)s"
    ),
    "queue.unreachable": Outcome(
        "queue",
        _BAD,
        "does not answer: %(error)s",
        "Clicks are counted and jobs are woken through it.",
        'Try: redis-cli -u "$DISTRIBUTION_REDIS_URL" ping; start Redis, or correct DISTRIBUTION_REDIS_URL.',
    ),
    "worker.good": Outcome("worker", _GOOD, "alive: %(count)s"),
    "worker.none": Outcome(
        "worker",
        _BAD,
        "none was heard of in the last 90 seconds",
        "Orders wait unread, mail is not sent and nothing is paid out.",
        "Start one and keep it running (systemd, Docker): distribution worker",
    ),
    "scheduler.good": Outcome("scheduler", _GOOD, "alive: %(count)s"),
    "scheduler.none": Outcome(
        "scheduler",
        _BAD,
        "none was heard of in the last 90 seconds",
        "Nothing happens by itself: no comparison with the shop, no settlement, no nightly proof.",
        "Start one and keep it running; a second one stands in for it: distribution scheduler",
    ),
    "saleor.good": Outcome("saleor", _GOOD, "%(version)s answers %(name)s, which may read orders"),
    "saleor.old": Outcome(
        "saleor",
        _WARN,
        "%(version)s answers %(name)s, which may read orders; from 3.22 on reconciliation misses nothing",
        "Older versions cannot be asked for orders by their events; some changes wait for the nightly audit.",
        "Nothing is lost. Upgrade Saleor when it suits you.",
    ),
    "saleor.unreachable": Outcome(
        "saleor",
        _BAD,
        "%(error)s",
        "Orders are read from there; until it answers they wait in the inbox.",
        'Open DISTRIBUTION_SALEOR_API_URL from this machine: curl -i "$DISTRIBUTION_SALEOR_API_URL". It ends with'
        " /graphql/, the slash included.",
    ),
    "saleor.refused": Outcome(
        "saleor",
        _BAD,
        "%(error)s",
        "Saleor does not know this token, so no order can be read.",
        "In Saleor's dashboard, Extensions, open the app and create a token with MANAGE_ORDERS; put it into"
        " DISTRIBUTION_SALEOR_TOKEN and start the programs again. Or install the App again.",
    ),
    "saleor.no_app": Outcome(
        "saleor",
        _BAD,
        "the token is not that of an active app",
        "A person's token ends after minutes, and an app that is switched off is refused.",
        "In Saleor's dashboard, Extensions, create an app (or switch it on) and use its token.",
    ),
    "saleor.permissions": Outcome(
        "saleor",
        _BAD,
        "the token lacks %(missing)s",
        "%(purpose)s.",
        "In Saleor's dashboard, Extensions, %(name)s, tick %(missing)s under permissions and save.",
    ),
    "plugin.good": Outcome("plugin", _GOOD, "%(version)s is switched on and well"),
    "plugin.app": Outcome("plugin", _GOOD, "is not needed: the App tells of orders"),
    "plugin.absent": Outcome(
        "plugin",
        _BAD,
        "is not installed in Saleor, and neither is the App",
        "Nothing tells of new orders; only the comparison every ten minutes finds them.",
        "pip install saleor-distribution in Saleor's environment, start Saleor again, and switch the plugin on:"
        " docs/saleor-plugin.md. On Saleor Cloud install the App: docs/saleor-app.md.",
    ),
    "plugin.inactive": Outcome(
        "plugin",
        _BAD,
        "is installed in Saleor but switched off",
        "Nothing tells of new orders; only the comparison every ten minutes finds them.",
        "In Saleor's dashboard: Configuration, Plugins, Distribution, Active, Save.",
    ),
    "plugin.other_version": Outcome(
        "plugin",
        _WARN,
        "is version %(theirs)s in Saleor, %(ours)s here",
        "They are made for each other; an older plugin may not tell all that this version understands.",
        "In Saleor's environment: pip install saleor-distribution==%(ours)s, and start Saleor again.",
    ),
    "plugin.unwell": Outcome(
        "plugin",
        _BAD,
        "runs in Saleor but cannot write: %(reason)s",
        "Its signals are held in memory, the newest 5,000; what is more is dropped until the next comparison.",
        "Give Saleor's processes DISTRIBUTION_DATABASE_URL and DISTRIBUTION_REDIS_URL, and the database user INSERT on"
        " distribution.inbox: docs/saleor-plugin.md",
    ),
    "plugin.unreachable": Outcome(
        "plugin",
        _WARN,
        "could not be asked: %(error)s",
        "Whether it is switched on and well is not known.",
        "Let this machine reach /plugins/ on Saleor's address, or look at Configuration, Plugins yourself.",
    ),
    "signal.good": Outcome("signals", _GOOD, "the last one came %(ago)s"),
    "signal.none": Outcome("signals", _GOOD, "no signal was received yet"),
    "app.good": Outcome("app", _GOOD, "its webhooks were delivered"),
    "app.failing": Outcome(
        "app",
        _BAD,
        "webhooks that Saleor could not deliver lately: %(count)s",
        "What they told of is found by the comparison every ten minutes only.",
        "Open /healthz of the portal from Saleor's network; then look at Extensions, Distribution, Webhooks in Saleor's"
        " dashboard, and at Inbox and errors here.",
    ),
    "inbox.good": Outcome("inbox", _GOOD, "nothing waits"),
    "inbox.waiting": Outcome(
        "inbox",
        _BAD,
        "signals that wait: %(count)s, the oldest was due %(ago)s%(error)s",
        "These orders changed in the shop and are not recorded yet.",
        "Start a worker; where one runs, mend what the error says, then: console, Inbox and errors, Try again now.",
    ),
    "orders.good": Outcome("orders", _GOOD, "all could be read"),
    "orders.unreadable": Outcome(
        "orders",
        _BAD,
        "that could not be read: %(count)s; %(error)s",
        "Nobody is paid for them until they are.",
        "Console, Inbox and errors, Answers: look at what the shop said, and read the order again.",
    ),
    "outbox.good": Outcome("outbox", _GOOD, "nothing was given up"),
    "outbox.given_up": Outcome(
        "outbox",
        _BAD,
        "effects that were given up: %(count)s; %(error)s",
        "Mail, payouts or calls that were promised have not happened.",
        "Console, Inbox and errors, Effects: mend the cause and try them again.",
    ),
    "jobs.good": Outcome("jobs", _GOOD, "none fails"),
    "jobs.failing": Outcome(
        "jobs",
        _BAD,
        "%(name)s failed %(count)s times: %(error)s",
        "What it does by itself is not done.",
        "Read the worker's log at that time, mend the cause; it is tried again by itself.",
    ),
    "proof.good": Outcome("proof", _GOOD, "everything agreed %(ago)s"),
    "proof.none": Outcome("proof", _GOOD, "none was made yet"),
    "proof.differs": Outcome(
        "proof",
        _BAD,
        "differences: %(count)s, %(ago)s",
        "An amount does not follow from what it is said to follow from; history may have been altered.",
        "Pay nothing out. Run: distribution verify, and look at Verification in the console.",
    ),
    "reconciliation.good": Outcome("reconciliation", _GOOD, "last compared with the shop %(ago)s"),
    "reconciliation.never": Outcome(
        "reconciliation",
        _WARN,
        "was never run",
        "Whatever the plugin missed (a crash, an outage, an upgrade) is found by comparing with the shop.",
        "Keep worker and scheduler running, it comes by itself every ten minutes; or now: distribution reconcile",
    ),
    "reconciliation.late": Outcome(
        "reconciliation",
        _WARN,
        "last ended well %(ago)s",
        "It should every ten minutes; what the plugin missed since then is not recorded.",
        "See that worker and scheduler run, then: distribution reconcile",
    ),
    "reconciliation.failing": Outcome(
        "reconciliation",
        _BAD,
        "the last one failed: %(error)s",
        "What the plugin missed since then is not recorded.",
        "Mend what the error says, then run: distribution reconcile",
    ),
    "storefront.good": Outcome(
        "storefront", _GOOD, "of the last %(orders)s orders %(coded)s carried a code or click"
    ),
    "storefront.few": Outcome(
        "storefront", _GOOD, "too few orders to say whether it passes codes on: %(orders)s"
    ),
    "storefront.no_code": Outcome(
        "storefront",
        _WARN,
        "none of the last %(orders)s orders carried a code, though links were followed: %(clicks)s",
        "Distributors send shoppers and nobody is paid, for the checkout does not say who sent them.",
        "Put referral.js or its recipe into the storefront and call attach before payment: docs/storefront.md. Then"
        " follow a link of your own, buy, and look at the order in the console.",
    ),
    "voucher.none": Outcome("voucher", _GOOD, "distributors have no share coupon: none is chosen"),
    "voucher.good": Outcome("voucher", _GOOD, "is there; codes of distributors in it: %(count)s"),
    "voucher.missing": Outcome(
        "voucher",
        _BAD,
        "the shop has no voucher %(voucher)s, or does not show it",
        "Distributors share codes that give no discount.",
        "Copy the id from the voucher's page in Saleor's dashboard into Program, In the shop; the app needs"
        " MANAGE_DISCOUNTS. Then run: distribution vouchers",
    ),
    "voucher.refused": Outcome(
        "voucher",
        _WARN,
        "codes the shop would not take: %(count)s; %(error)s",
        "These distributors' codes give no discount.",
        "Such a code is mostly in another voucher already: take it out there, or choose a prefix in Program, In the"
        " shop. Then run: distribution vouchers",
    ),
    "plan.good": Outcome("plan", _GOOD, "version %(number)s is in force"),
    "plan.built_in": Outcome(
        "plan",
        _WARN,
        "none is published: the built-in one pays 10, 5 and 2 percent",
        "Distributors are promised what it says.",
        "Console, Commission plan: write yours, try it on past orders and publish it.",
    ),
    "owner.good": Outcome("owner", _GOOD, "can log in to the console"),
    "owner.none": Outcome(
        "owner",
        _WARN,
        "nobody can log in to the console",
        "Applications and withdrawals wait for a person.",
        "Run: distribution merchant create you@example.com",
    ),
    "login.shop": Outcome("logins of the shop", _GOOD, "its keys are at %(url)s"),
    "login.no_shop": Outcome(
        "logins of the shop",
        _BAD,
        "are switched on, and no shop is named",
        "Its staff and customers cannot come in.",
        "Set DISTRIBUTION_SALEOR_API_URL, or switch these logins off in the console under Signing in.",
    ),
    "login.no_keys": Outcome(
        "logins of the shop",
        _BAD,
        "its keys at %(url)s cannot be read: %(error)s",
        "Its staff and customers cannot come in.",
        "Open that address from this machine: it must answer with a JSON document of keys.",
    ),
    "login.provider": Outcome("logins by %(label)s", _GOOD, "%(issuer)s answers and signs by %(algorithms)s"),
    "login.provider_wrong": Outcome(
        "logins by %(label)s",
        _BAD,
        "%(error)s",
        "Who comes in by this provider stays outside.",
        "Open %(issuer)s/.well-known/openid-configuration from this machine, and compare with Signing in in the"
        " console.",
    ),
    "login.client_refused": Outcome(
        "logins by %(label)s",
        _BAD,
        "the provider does not take the client %(client)s with this secret: %(error)s",
        "Who comes in by this provider stays outside.",
        "Copy client id and secret from the provider once more, into Signing in in the console. Secrets run out at"
        " some providers.",
    ),
    "mail.good": Outcome("mail", _GOOD, "can be sent"),
    "mail.nowhere": Outcome(
        "mail",
        _WARN,
        "goes to %(where)s, not to people",
        "Nobody can confirm an address, reset a password or hear of a payout.",
        "Set DISTRIBUTION_MAIL_URL to your mail server: smtp://user:password@host:587",
    ),
    "mail.unreachable": Outcome(
        "mail",
        _BAD,
        "cannot be sent: %(error)s",
        "Nobody can confirm an address, reset a password or hear of a payout.",
        "Check host, port, user and password in DISTRIBUTION_MAIL_URL (smtps:// for port 465, smtp:// for 587), and"
        " that this machine may reach it.",
    ),
    "payout.good": Outcome("payouts by %(method)s", _GOOD, "can be made"),
    "payout.wrong": Outcome(
        "payouts by %(method)s",
        _BAD,
        "%(error)s",
        "Withdrawals by this method cannot be paid.",
        "Set or correct that variable: docs/payouts.md",
    ),
    "channel.good": Outcome("notices by %(channel)s", _GOOD, "can be sent"),
    "channel.wrong": Outcome(
        "notices by %(channel)s",
        _BAD,
        "%(error)s",
        "Portal and worker refuse to start with a channel that is set up by half.",
        "Set or correct that variable: docs/notices.md",
    ),
    "keys.good": Outcome("keys", _GOOD, "open what is encrypted"),
    "keys.lost": Outcome(
        "keys",
        _BAD,
        "no key given opens what is in %(places)s",
        "Bank accounts, tax ids or tokens in there cannot be read: nobody can be paid.",
        "Put the key they were encrypted with behind the others in DISTRIBUTION_ENCRYPTION_KEYS, then run:"
        " distribution keys rotate",
    ),
}


def found(code: str, **facts: Any) -> Finding:
    """A finding with its words."""
    return Finding(code, OUTCOMES[code], facts)
