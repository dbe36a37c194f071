"""Every kind of notice: what it is about, where it leads, and what its reader may choose about it."""

from __future__ import annotations

from dataclasses import dataclass

EMAIL = "email"
PUSH = "push"
DISTRIBUTOR = "distributor"
MERCHANT = "merchant"


@dataclass(frozen=True, slots=True)
class Topic:
    """What a reader chooses about, channel by channel.

    `essential` ones always go by e-mail, and the merchant cannot take them out of the program. `pushed`: by default
    also on the lock screen and by channels of others.
    """

    name: str
    essential: bool = False
    mailed: bool = True
    pushed: bool = False


SECURITY = Topic("security", essential=True, pushed=True)
ACCOUNT = Topic("account", essential=True, pushed=True)
WITHDRAWALS = Topic("withdrawals", essential=True, pushed=True)
SALES = Topic("sales", pushed=True)
COMMISSION = Topic("commission", mailed=False)
SETTLEMENTS = Topic("settlements")
CORRECTIONS = Topic("corrections", essential=True)
TEAM = Topic("team", pushed=True)
PRODUCTS = Topic("products", mailed=False)
NEWS = Topic("news", pushed=True)
TOPICS = {
    topic.name: topic
    for topic in (
        SALES,
        TEAM,
        COMMISSION,
        SETTLEMENTS,
        NEWS,
        PRODUCTS,
        WITHDRAWALS,
        CORRECTIONS,
        ACCOUNT,
        SECURITY,
    )
}
CHOOSABLE = tuple(name for name, topic in TOPICS.items() if not topic.essential)


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind: `path` is where it leads in the portal, with facts in braces, and `icon` its picture there.

    `folds`: many in a short time are told as one. `shown`: stands in the inbox; what is not is a letter alone, such as
    a link that sets a password. `forgotten`: goes to an address that is kept nowhere any more, and is deleted once it
    has left.
    """

    name: str
    topic: Topic
    path: str
    icon: str
    folds: bool = False
    shown: bool = True
    forgotten: bool = False


def _kinds() -> tuple[Kind, ...]:
    payment = "/withdrawals/{withdrawal_id}"
    statement = "/earnings/statements/{statement_id}"
    return (
        Kind("application_approved", ACCOUNT, "/", "sparkles"),
        Kind("application_rejected", ACCOUNT, "", "circle-x"),
        Kind("suspended", ACCOUNT, "/", "triangle-alert"),
        Kind("reinstated", ACCOUNT, "/", "circle-check"),
        Kind("removed", ACCOUNT, "", "circle-x"),
        Kind("left", ACCOUNT, "", "log-out"),
        Kind("page_approved", ACCOUNT, "/account/page", "circle-check"),
        Kind("page_rejected", ACCOUNT, "/account/page", "circle-x"),
        Kind("page_taken_down", ACCOUNT, "/account/page", "triangle-alert"),
        Kind("closing_asked", ACCOUNT, "/account/data#close", "log-out"),
        Kind("closing_begun", ACCOUNT, "/withdrawals", "log-out"),
        Kind("closing_stopped", ACCOUNT, "/account/data#close", "rotate-ccw"),
        Kind("closing_done", ACCOUNT, "", "log-out", shown=False, forgotten=True),
        Kind("first_sale", SALES, "/orders/{order_id}", "sparkles"),
        Kind("sale", SALES, "/orders/{order_id}", "shopping-bag", folds=True),
        Kind("commission_released", COMMISSION, "/earnings", "clock", folds=True),
        Kind("settled", SETTLEMENTS, statement, "receipt"),
        Kind("settled_down", SETTLEMENTS, statement, "receipt"),
        Kind("settled_into_debt", CORRECTIONS, statement, "receipt"),
        Kind("adjusted_up", CORRECTIONS, "/earnings/adjustments", "pencil"),
        Kind("adjusted_down", CORRECTIONS, "/earnings/adjustments", "pencil"),
        Kind("withdrawal_approved", WITHDRAWALS, payment, "circle-check"),
        Kind("withdrawal_confirm", WITHDRAWALS, payment, "hand-coins"),
        Kind("withdrawal_paid", WITHDRAWALS, payment, "banknote"),
        Kind("withdrawal_rejected", WITHDRAWALS, payment, "circle-x"),
        Kind("withdrawal_failed", WITHDRAWALS, payment, "triangle-alert"),
        Kind("method_added", SECURITY, "/account#payout", "landmark"),
        Kind("method_removed", SECURITY, "/account#payout", "landmark"),
        Kind("method_used", SECURITY, payment, "landmark"),
        Kind("email_changed", SECURITY, "/account#email", "mail"),
        Kind("email_changed_old", SECURITY, "", "mail", shown=False, forgotten=True),
        Kind("data_ready", SECURITY, "/account/data#copy", "database"),
        Kind("password_changed", SECURITY, "/account/security", "lock"),
        Kind("factor_enable", SECURITY, "/account/security", "shield-check"),
        Kind("factor_disable", SECURITY, "/account/security", "shield-check"),
        Kind("factor_renew_codes", SECURITY, "/account/security", "key-round"),
        Kind("factor_reset", SECURITY, "/account/security", "shield-check"),
        Kind("factor_recovery", SECURITY, "/account/security", "key-round"),
        Kind("factor_guessing", SECURITY, "/account/security", "triangle-alert"),
        Kind("passkey_added", SECURITY, "/account/security", "key-round"),
        Kind("passkey_removed", SECURITY, "/account/security", "key-round"),
        Kind("passkey_copied", SECURITY, "/account/security", "triangle-alert"),
        Kind("friend_joined", TEAM, "/team", "user-plus", folds=True),
        Kind("friend_first_sale", TEAM, "/team", "sprout", folds=True),
        Kind("new_products", PRODUCTS, "/links", "gift"),
        Kind("announcement", NEWS, "/notices/announcements/{announcement_id}", "megaphone"),
        # Links that are worth a password are mailed, never shown.
        Kind("confirm_email", SECURITY, "{link_path}", "mail", shown=False),
        Kind("already_member", SECURITY, "/login", "mail", shown=False),
        Kind("connect_login", SECURITY, "{link_path}", "mail", shown=False),
        Kind("email_change_old", SECURITY, "{link_path}", "mail", shown=False),
        Kind("email_change_new", SECURITY, "{link_path}", "mail", shown=False),
        Kind("reset_password", SECURITY, "{link_path}", "mail", shown=False),
        Kind("withdrawals_overdue", WITHDRAWALS, "/withdrawals", "clock", shown=False),
        # To addresses that are nobody's here yet.
        Kind("invitation", ACCOUNT, "{link_path}", "mail", shown=False),
    )


KINDS = {kind.name: kind for kind in _kinds()}
