"""Notices in English."""

from __future__ import annotations

from distribution.notice.words.wording import Language, Wording

_SECURITY = "Open login and devices"
_PAYMENT = "Open the withdrawal"
_BANK = "Banks take up to three working days to show it."

KINDS = {
    "application_approved": Wording(
        "Welcome to {program}",
        "Your application was accepted. Your link works from now on: share it, and you earn when somebody buys through"
        " it.",
        "Open your dashboard",
    ),
    "application_rejected": Wording(
        "Your application to {program}",
        "We looked at your application and cannot accept it at this time. If you think this is a mistake, reply to us.",
    ),
    "suspended": Wording(
        "Your account is suspended",
        "Your part in {program} rests since {at}: new sales earn nothing until it is lifted. What you earned stays"
        " yours. Write to us if you do not know why.",
        "Open your dashboard",
    ),
    "reinstated": Wording(
        "Your account is active again",
        "Since {at} your links earn again in {program}.",
        "Open your dashboard",
    ),
    "removed": Wording(
        "Your part in {program} has ended",
        "It was ended on {at} by the people who run the program. Write to us if you do not know why.",
    ),
    "left": Wording(
        "You have left {program}",
        "Your part in the program ended on {at}. Thank you for everything you did.",
    ),
    "closing_asked": Wording(
        "Your account is to be closed",
        "You asked for it on {at}. Until {due} nothing changes and you can take it back; afterwards it is final. If it"
        " was not you, take it back at once and choose a new password.",
        "Look at it",
    ),
    "closing_begun": Wording(
        "Your account is being closed",
        "Since {at} you earn nothing new in {program}. What is pending or due still becomes yours: we write to you when"
        " it is settled. Withdraw what is available. As soon as nothing is owed to you any more, everything that names"
        " you is erased.",
        "Open withdrawals",
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
        "Somebody bought through your link: order {order_number} is to bring you {amount} once it is delivered and the"
        " waiting time is over.",
        "Open the order",
    ),
    "sale": Wording(
        "New sale: {amount}",
        "Order {order_number} is to bring you {amount} once it is delivered and the waiting time is over.",
        "Open the order",
        many=("{count} new sales: {amount}", "Together they are to bring you {amount}."),
    ),
    "commission_released": Wording(
        "{amount} released",
        "The waiting time of {amount} is over: it goes into the next settlement.",
        "Open your earnings",
        many=("{amount} released", "The waiting time of {amount} is over: it goes into the next settlement."),
    ),
    "settled": Wording(
        "Statement {number}: {amount}",
        "Your statement {number} is ready. It credits {amount}; {available} is available to you now.",
        "Open the statement",
    ),
    "settled_down": Wording(
        "Statement {number}: {amount}",
        "Orders were returned after they had been paid to you: your statement {number} takes {taken} off your balance."
        " {available} is available to you now.",
        "Open the statement",
    ),
    "settled_into_debt": Wording(
        "Statement {number}: {debt} is owed",
        "Orders were returned after they had been paid to you. After your statement {number} you owe {debt}; it is"
        " deducted from what you earn next, you need not do anything.",
        "Open the statement",
    ),
    "adjusted_up": Wording(
        "{amount} was credited to you",
        "Your balance was corrected by hand: {amount} was added. The reason stands on your earnings page.",
        "Open corrections",
    ),
    "adjusted_down": Wording(
        "{amount} was deducted",
        "Your balance was corrected by hand: {amount} was taken off. The reason stands on your earnings page.",
        "Open corrections",
        also={"debt": "You now owe {debt}, which is deducted from what you earn next."},
    ),
    "withdrawal_approved": Wording(
        "Your withdrawal is approved",
        "{amount} is being sent to you.",
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
        "The {amount} you asked for is back in your balance.",
        _PAYMENT,
        also={"reason": "Reason: {reason}"},
    ),
    "withdrawal_failed": Wording(
        "Your withdrawal could not be paid",
        "The {amount} is back in your balance. Please check where your money goes, then ask again.",
        _PAYMENT,
        also={"by_wechat": "WeChat Pay closes what is not confirmed within a day."},
    ),
    "method_added": Wording(
        "A new account for your payments",
        "An account was added to yours in {program} on {at}: {label}.",
        "Open your account",
        also={"cooling_until": "No money goes there before {cooling_until}."},
    ),
    "method_removed": Wording(
        "An account for your payments was removed",
        "This account was removed from yours in {program} on {at}: {label}.",
        "Open your account",
    ),
    "password_changed": Wording(
        "Your password was changed",
        "Your account in {program} has a new password since {at}. All other devices were logged out.",
        _SECURITY,
    ),
    "factor_enable": Wording(
        "Two-step login is on",
        "Since {at} your account in {program} asks for a code of your app after the password. All your other devices"
        " were logged out. Keep your recovery codes where you find them without your phone.",
        _SECURITY,
    ),
    "factor_disable": Wording(
        "Two-step login is off",
        "Since {at} your account in {program} asks for the password alone.",
        _SECURITY,
    ),
    "factor_renew_codes": Wording(
        "New recovery codes",
        "On {at} new recovery codes were made for your account in {program}; the old ones no longer work.",
        _SECURITY,
    ),
    "factor_reset": Wording(
        "Two-step login was taken off your account",
        "On {at} the people who run {program} took two-step login off your account, and you were logged out"
        " everywhere. Log in with your password and set it up anew.",
        _SECURITY,
    ),
    "factor_recovery": Wording(
        "A recovery code was used",
        "On {at} one of your recovery codes stood in for your app in {program}. It does not work again.",
        _SECURITY,
    ),
    "factor_guessing": Wording(
        "Wrong codes for your account",
        "On {at} somebody who knows the password of your account in {program} entered several wrong codes. No more are"
        " looked at for a while.",
        _SECURITY,
    ),
    "passkey_added": Wording(
        "A passkey was added to your account",
        "Since {at} your account in {program} can be entered with a new passkey, without password.",
        _SECURITY,
    ),
    "passkey_removed": Wording(
        "A passkey of your account was removed",
        "On {at} a passkey of your account in {program} was removed; it lets nobody in any more.",
        _SECURITY,
    ),
    "passkey_copied": Wording(
        "A passkey of your account may have been copied",
        "On {at} somebody used a passkey of your account in {program} that seems to be a copy. They were not let in."
        " Remove that passkey and add a new one.",
        _SECURITY,
    ),
    "friend_joined": Wording(
        "{name} joined your team",
        "{name} came into {program} through you. A short message on how you began helps them most.",
        "Open your team",
        many=("{count} people joined your team", "New in your team: {names}."),
    ),
    "friend_first_sale": Wording(
        "{name} made a first sale",
        "The first order through {name}'s link was paid. Well done, both of you.",
        "Open your team",
        many=("{count} people of your team made a first sale", "First sales in your team: {names}."),
    ),
    "new_products": Wording(
        "New in the shop: {products}",
        "Just arrived in the shop: {products}. Be the first to share it.",
        "Make a link",
    ),
    "announcement": Wording("{title}", "{text}", "Read more"),
    "confirm_email": Wording(
        "Confirm your address for {program}",
        "Thank you for applying. Please confirm your e-mail address; the button works for seven days. If you did not"
        " apply, ignore this mail and nothing happens.",
        "Confirm my address",
    ),
    "already_member": Wording(
        "You are in {program} already",
        "Somebody, probably you, applied with your e-mail address, but you have an account already. Log in, or ask for"
        " a new password there.",
        "Log in",
    ),
    "connect_login": Wording(
        "Connect your login to {program}?",
        "Somebody, probably you, came in with a login of {way} that has the address {login}. You have an account here"
        " already. If both are yours, the button connects them; it works for half an hour. If it was not you, do"
        " nothing: nobody gets into your account.",
        "Connect them",
    ),
    "email_change_old": Wording(
        "New e-mail address for {program}",
        "Somebody who is logged in to your account wants its e-mail address to be {wanted}. If it was you, agree within"
        " two days. If it was not you, open the page all the same and stop it; then choose a new password.",
        "Look at it",
    ),
    "email_change_new": Wording(
        "New e-mail address for {program}",
        "You want your account to have the e-mail address {wanted}. Agree within two days. It is changed once the mail"
        " to the old address is answered too. If you know nothing of this, ignore it and nothing happens.",
        "Agree",
    ),
    "reset_password": Wording(
        "A new password for {program}",
        "The button lets you choose a new password; it works once and for one hour. If you did not ask for it, ignore"
        " this mail: your password stays as it is.",
        "Choose a new password",
    ),
    "withdrawals_overdue": Wording(
        "Overdue withdrawals: {count}",
        "These withdrawals were promised by a time that has passed. You are told once of each.",
        "Open withdrawals",
        also={"overdue": "{overdue}"},
        each="{amount}, requested on {requested}, promised by {due}",
    ),
}

LANGUAGE = Language(
    kinds=KINDS,
    topics={
        "sales": ("Sales", "Somebody bought through your link."),
        "team": ("Team", "Somebody joined through you, or sold for the first time."),
        "commission": ("Released commission", "The waiting time of a sale is over."),
        "settlements": ("Statements", "What you earned was settled."),
        "news": ("Announcements", "News and campaigns of the program."),
        "products": ("New products", "Something new to share."),
        "withdrawals": ("Withdrawals", "Approved, to be confirmed, paid, or not."),
        "corrections": ("Corrections", "Your balance was corrected, or became a debt."),
        "account": (
            "Your part in the program",
            "Accepted, suspended, ended; what the shop decides about your page.",
        ),
        "security": ("Security", "Passwords, devices, and where your money goes."),
    },
    hello="Hello {name},",
    not_you="If it was not you, choose a new password at once, and write to us.",
    why="You get this mail because you are in {program}.",
    choose="Choose what you are told",
    unsubscribe="No more mails about this: {topic}",
    names_between=", ",
)
