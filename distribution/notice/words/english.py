"""Notices in English."""

from __future__ import annotations

from distribution.notice.words.wording import Language, Wording

_SECURITY = "Open login and devices"
_PAYMENT = "Open the withdrawal"
_BANK = "Banks take up to three working days to show it."

KINDS = {
    "application_approved": Wording(
        "Welcome to {program}",
        "Your application is approved and your link works from now on. Share it, and you earn when"
        " someone buys through it.",
        "Open your dashboard",
    ),
    "application_rejected": Wording(
        "Your application to {program}",
        "We have reviewed your application and cannot approve it at this time. If you think this is"
        " a mistake, please reply to this e-mail.",
    ),
    "suspended": Wording(
        "Your account is suspended",
        "Your account in {program} was suspended on {at}. New sales earn nothing until it is active"
        " again. What you have earned stays yours. If you do not know why, please contact us.",
        "Open your dashboard",
    ),
    "reinstated": Wording(
        "Your account is active again",
        "As of {at}, your links in {program} earn again.",
        "Open your dashboard",
    ),
    "removed": Wording(
        "Your membership in {program} has ended",
        "The team behind the program ended it on {at}. If you do not know why, please contact us.",
    ),
    "left": Wording(
        "You have left {program}",
        "Your membership ended on {at}. Thank you for everything you did.",
    ),
    "closing_asked": Wording(
        "Your account is to be closed",
        "You asked for it on {at}. Until {due} nothing changes and you can take it back; afterwards it is final. If it"
        " was not you, take it back at once and choose a new password.",
        "Review the change",
    ),
    "closing_begun": Wording(
        "Your account is being closed",
        "As of {at}, you earn nothing new in {program}. What is pending or matured is still yours:"
        " we write to you when"
        " it is settled. Withdraw what is available. As soon as nothing is owed to you any more, everything that names"
        " you is erased; what comes after that stays with the shop.",
        "Open withdrawals",
    ),
    "closing_stopped": Wording(
        "Your account stays open",
        "The team behind {program} made your account active again on {at}. It is not closed any more, and your links"
        " earn again. If you still want to leave, close it once more.",
        "Open your account",
    ),
    "closing_done": Wording(
        "Your account is closed",
        "Your account in {program} was closed on {at}, and your name, your addresses, your payout accounts and your"
        " logins were erased, this address too. This is the last letter you get from us. Thank you for everything you"
        " did.",
    ),
    "page_approved": Wording(
        "Your page is public",
        "Everybody can see your page now, as you handed it in. Share its address or its QR code.",
        "Open your page",
    ),
    "page_rejected": Wording(
        "Your page was not approved",
        "The version that you handed in is not shown; what was public before stays so. Change it and hand it in again.",
        "Change your page",
        also={"reason": "Reason: {reason}"},
    ),
    "page_taken_down": Wording(
        "Your page was taken down",
        "Your page is not public any more. Change it and hand it in again; if you do not see why, write to us.",
        "Change your page",
        also={"reason": "Reason: {reason}"},
    ),
    "first_sale": Wording(
        "Your first sale!",
        "Someone bought through your link. Order {order_number} earns you {amount} once it is"
        " delivered and its hold period is over.",
        "Open the order",
    ),
    "sale": Wording(
        "New sale: {amount}",
        "Order {order_number} earns you {amount} once it is delivered and its hold period is over.",
        "Open the order",
        many=("{count} new sales: {amount}", "Together they earn you {amount}."),
    ),
    "commission_released": Wording(
        "{amount} matured",
        "The hold period of {amount} is over. It goes into the next settlement.",
        "Open your earnings",
        many=("{amount} matured", "The hold period of {amount} is over. It goes into the next settlement."),
    ),
    "settled": Wording(
        "Statement {number}: {amount}",
        "Your statement {number} is ready. It credits {amount}; {available} is available to you now.",
        "Open the statement",
    ),
    "settled_down": Wording(
        "Statement {number}: {amount}",
        "Orders you had been paid for were returned. Your statement {number} takes {taken} off your"
        " balance. {available} is available to you now.",
        "Open the statement",
    ),
    "settled_into_debt": Wording(
        "Statement {number}: you owe {debt}",
        "Orders you had been paid for were returned. After your statement {number} you owe {debt}."
        " It is deducted from what you earn next, so there is nothing you need to do.",
        "Open the statement",
    ),
    "adjusted_up": Wording(
        "{amount} added to your balance",
        "We corrected your balance and added {amount}. You find the reason on your earnings page.",
        "Open corrections",
    ),
    "adjusted_down": Wording(
        "{amount} deducted from your balance",
        "We corrected your balance and deducted {amount}. You find the reason on your earnings page.",
        "Open corrections",
        also={"debt": "You now owe {debt}, which is deducted from what you earn next."},
    ),
    "withdrawal_approved": Wording(
        "Your withdrawal is approved",
        "We are sending you {amount}.",
        _PAYMENT,
    ),
    "withdrawal_confirm": Wording(
        "Confirm that you take {amount}",
        "Your withdrawal is ready. It is paid as soon as you have confirmed it; what is not confirmed in time comes"
        " back to your balance.",
        _PAYMENT,
        also={"by_wechat": "Open it in WeChat on your phone, within a day."},
    ),
    "withdrawal_paid": Wording(
        "{amount} paid out to you",
        "Your withdrawal was paid.",
        _PAYMENT,
        also={
            "by_manual": _BANK,
            "by_sepa": _BANK,
            "by_wechat": "The money is in your WeChat wallet.",
            "by_paypal": "The money is in your PayPal account.",
            "by_stripe": "The money is in your Stripe account, which sends it on to your bank.",
            "by_saleor_gift_card": "The gift card comes to you by e-mail.",
            "reference": "Reference: {reference}",
        },
    ),
    "withdrawal_rejected": Wording(
        "Your withdrawal was not approved",
        "The {amount} you requested is back in your balance.",
        _PAYMENT,
        also={"reason": "Reason: {reason}"},
    ),
    "withdrawal_failed": Wording(
        "Your withdrawal could not be paid",
        "The {amount} is back in your balance. Please check your payout account, then request it again.",
        _PAYMENT,
        also={"by_wechat": "WeChat Pay closes what is not confirmed within a day."},
    ),
    "method_added": Wording(
        "New payout account",
        "This payout account was added to your account in {program} on {at}: {label}.",
        "Open your account",
        also={"cooling_until": "It receives no payouts before {cooling_until}."},
    ),
    "method_removed": Wording(
        "Payout account removed",
        "This payout account was removed from your account in {program} on {at}: {label}.",
        "Open your account",
    ),
    "method_used": Wording(
        "First withdrawal to {label}",
        "On {at} {amount} was asked for to an account that never had money from us before: {label}.",
        _PAYMENT,
    ),
    "email_changed": Wording(
        "Your e-mail address was changed",
        "Since {at} this is the address of your account in {program}. You log in with it, and letters go here. All"
        " devices were logged out.",
        "Open your account",
    ),
    "email_changed_old": Wording(
        "Your e-mail address was changed",
        "Since {at} your account in {program} has another e-mail address: {email}. This is the last letter to this one."
        " If this was not you, contact us right away.",
    ),
    "data_ready": Wording(
        "The copy of your data is ready",
        "You asked for a copy of everything we hold about you. It can be downloaded until {until}; we ask once more"
        " that it is you.",
        "Download it",
    ),
    "password_changed": Wording(
        "Your password was changed",
        "The password of your account in {program} was changed on {at}. All other devices were logged out.",
        _SECURITY,
    ),
    "factor_enable": Wording(
        "Two-step login is on",
        "As of {at}, your account in {program} asks for a code from your app after the password. All"
        " your other devices were logged out. Keep your recovery codes somewhere you can reach without your phone.",
        _SECURITY,
    ),
    "factor_disable": Wording(
        "Two-step login is off",
        "As of {at}, your account in {program} asks only for your password.",
        _SECURITY,
    ),
    "factor_renew_codes": Wording(
        "New recovery codes",
        "On {at} new recovery codes were made for your account in {program}; the old ones no longer work.",
        _SECURITY,
    ),
    "factor_reset": Wording(
        "Two-step login was removed from your account",
        "On {at} the team behind {program} removed two-step login from your account and logged you"
        " out everywhere. Log in with your password and set it up again.",
        _SECURITY,
    ),
    "factor_recovery": Wording(
        "A recovery code was used",
        "On {at} one of your recovery codes was used instead of your app to log in to {program}. It"
        " cannot be used again.",
        _SECURITY,
    ),
    "factor_guessing": Wording(
        "Wrong codes for your account",
        "On {at} someone who knows the password of your account in {program} entered several wrong"
        " codes. No more codes are accepted for a while.",
        _SECURITY,
    ),
    "passkey_added": Wording(
        "A passkey was added to your account",
        "As of {at}, you can log in to your account in {program} with a new passkey, without a password.",
        _SECURITY,
    ),
    "passkey_removed": Wording(
        "A passkey was removed from your account",
        "On {at} a passkey was removed from your account in {program}. It can no longer be used to log in.",
        _SECURITY,
    ),
    "passkey_copied": Wording(
        "One of your passkeys may have been copied",
        "On {at} someone used what looks like a copy of your passkey for {program}. They were not"
        " let in. Remove that passkey and add a new one.",
        _SECURITY,
    ),
    "friend_joined": Wording(
        "{name} joined your team",
        "{name} joined {program} through you. A short message about how you started helps them most.",
        "Open your team",
        many=("{count} people joined your team", "New in your team: {names}."),
    ),
    "friend_first_sale": Wording(
        "{name} made their first sale",
        "The first order through {name}'s link was paid. Well done, both of you.",
        "Open your team",
        many=("{count} people in your team made their first sale", "First sales in your team: {names}."),
    ),
    "new_products": Wording(
        "New in the shop: {products}",
        "Just arrived in the shop: {products}. Be the first to share it.",
        "Make a link",
    ),
    "announcement": Wording("{title}", "{text}", "Read more"),
    "confirm_email": Wording(
        "Confirm your address for {program}",
        "Thank you for applying. Please confirm your e-mail address within seven days. If you did"
        " not apply, just ignore this e-mail.",
        "Confirm my address",
    ),
    "already_member": Wording(
        "You are already in {program}",
        "Someone, probably you, applied with your e-mail address, but you already have an account."
        " Log in, or request a new password on the login page.",
        "Log in",
    ),
    "connect_login": Wording(
        "Connect your login to {program}?",
        "Someone, probably you, logged in with {way} and the address {login}. You already have an"
        " account here. If both are yours, connect them within half an hour. If it was not you, do"
        " nothing: no one can get into your account.",
        "Connect them",
    ),
    "email_change_old": Wording(
        "New e-mail address for {program}",
        "Someone logged in to your account asked to change its e-mail address to {wanted}. If it was"
        " you, agree within two days. If it was not you, open the page and stop the change, then"
        " choose a new password.",
        "Review the change",
    ),
    "email_change_new": Wording(
        "New e-mail address for {program}",
        "You asked to change your e-mail address to {wanted}. Please agree within two days. It"
        " changes once the e-mail to your old address is confirmed too. If this was not you, just ignore it.",
        "Agree",
    ),
    "reset_password": Wording(
        "A new password for {program}",
        "Use the button to choose a new password. It works once, within one hour. If you did not"
        " request this, just ignore this e-mail: your password stays as it is.",
        "Choose a new password",
    ),
    "withdrawals_overdue": Wording(
        "Overdue withdrawals: {count}",
        "These withdrawals have passed the time they were promised by. You get one notice for each.",
        "Open withdrawals",
        also={"overdue": "{overdue}"},
        each="{amount}, requested on {requested}, promised by {due}",
    ),
    "invitation": Wording(
        "You are invited to {program}",
        "Recommend products you like and earn a commission when your friends buy them. Joining is free: no fee and"
        " nothing to stock. Your invitation is good until {expires}.",
        "See how it works",
        also={"words": "“{words}”"},
    ),
}

LANGUAGE = Language(
    kinds=KINDS,
    topics={
        "sales": ("Sales", "Someone bought through your link."),
        "team": ("Team", "Someone joined through you, or made their first sale."),
        "commission": ("Matured commission", "The hold period of a sale is over."),
        "settlements": ("Statements", "Your commission was settled."),
        "news": ("Announcements", "News and campaigns of the program."),
        "products": ("New products", "Something new to share."),
        "withdrawals": ("Withdrawals", "Approved, to be confirmed, paid, or not."),
        "corrections": ("Corrections", "Your balance was corrected, or turned into a debt."),
        "account": (
            "Your part in the program",
            "Accepted, suspended, ended; what the shop decides about your page.",
        ),
        "security": ("Security", "Passwords, devices and payout accounts."),
    },
    hello="Hello {name},",
    hello_stranger="Hello,",
    not_you="If this was not you, choose a new password right away and contact us.",
    why_invited="You get this e-mail because {company} invited you.",
    why="You get this e-mail because you are in {program}.",
    choose="Choose your notices",
    not_again="Do not invite me again",
    unsubscribe="Stop e-mails about “{topic}”",
    names_between=", ",
)
