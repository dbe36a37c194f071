"""What people of the merchant's read for the domain's codes."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext, lazy_gettext

REASONS: dict[str, Any] = {
    "voucher": lazy_gettext("Voucher"),
    "referral_code": lazy_gettext("Referral code"),
    "click": lazy_gettext("Click on a link"),
    "binding": lazy_gettext("Returning customer"),
    "reassigned": lazy_gettext("Reassigned by the merchant"),
    "self_purchase_sponsor": lazy_gettext("Own purchase, paid to the sponsor"),
    "self_purchase": lazy_gettext("Own purchase, not paid"),
    "no_referral": lazy_gettext("No referral"),
    "unknown_code": lazy_gettext("Unknown code"),
    "malformed_code": lazy_gettext("Malformed code"),
    "inactive_distributor": lazy_gettext("Distributor not active"),
    "outside_window": lazy_gettext("Click too old"),
    "not_a_new_customer": lazy_gettext("Not a new customer"),
    "replacement": lazy_gettext("Replacement of another order"),
}
REASON_TEXTS: dict[str, Any] = {
    "voucher": lazy_gettext("The order used a voucher that belongs to the distributor."),
    "referral_code": lazy_gettext("The order carries the distributor's referral code."),
    "click": lazy_gettext("The shopper came by a click on the distributor's link."),
    "binding": lazy_gettext("The shopper has been bound to the distributor since an earlier order."),
    "reassigned": lazy_gettext("Somebody of yours gave the order to this distributor."),
    "self_purchase_sponsor": lazy_gettext(
        "A distributor bought for themselves; your policy pays their sponsor."
    ),
    "self_purchase": lazy_gettext("A distributor bought for themselves; your policy pays nobody for that."),
    "no_referral": lazy_gettext("No voucher, code, click or binding leads to a distributor."),
    "unknown_code": lazy_gettext("The order carries a code that no distributor has."),
    "malformed_code": lazy_gettext("What the order carries as its code cannot be one."),
    "inactive_distributor": lazy_gettext(
        "The code belongs to a distributor who was not active when the order was placed."
    ),
    "outside_window": lazy_gettext("The click is older than your program's window."),
    "not_a_new_customer": lazy_gettext(
        "Your program pays for new customers only, and this one had bought before."
    ),
    "replacement": lazy_gettext("The order replaces another one, which keeps its commission."),
}
ROLES: dict[str, Any] = {
    "owner": lazy_gettext("Owner"),
    "finance": lazy_gettext("Finance"),
    "support": lazy_gettext("Support"),
    "read_only": lazy_gettext("Read only"),
}
ROLE_TEXTS: dict[str, Any] = {
    "owner": lazy_gettext("Everything, with plan, settings, people and tokens."),
    "finance": lazy_gettext(
        "Plans, settlements, withdrawals, adjustments, reassigning orders, verification."
    ),
    "support": lazy_gettext("Applications, distributors, codes, reassigning orders."),
    "read_only": lazy_gettext("Looks, and changes nothing; personal data stay masked."),
}
SCOPES: dict[str, Any] = {
    "read": lazy_gettext("Read everything, people masked"),
    "people:read": lazy_gettext("Read names and e-mail addresses; each look is on the audit log"),
    "orders:write": lazy_gettext("Report orders and clicks"),
    "distributors:write": lazy_gettext("Add distributors"),
    "money:write": lazy_gettext("Plans, settlements, withdrawals, adjustments"),
    "money:approve": lazy_gettext("Approve adjustments, approve and discard prepared settlements"),
    "all": lazy_gettext("Everything"),
}
ACTIONS: dict[str, Any] = {
    "keys.rotate": lazy_gettext("Encrypted under a new key"),
    "material.change": lazy_gettext("Material changed"),
    "material.archive": lazy_gettext("Material archived"),
    "announcement.withdraw": lazy_gettext("Announcement withdrawn"),
    "distributor.withdraw_page": lazy_gettext("Personal page taken back"),
    "distributor.reject_page": lazy_gettext("Personal page rejected"),
    "distributor.take_page_down": lazy_gettext("Personal page taken down"),
    "withdrawal.pay": lazy_gettext("Withdrawal paid"),
    "withdrawal.find_sent": lazy_gettext("Payout accepted"),
    "withdrawal.stop": lazy_gettext("Payout stopped"),
    "withdrawal.contradicted": lazy_gettext("Payout told two ways"),
    "distributor.submit_page": lazy_gettext("Personal page submitted"),
    "distributor.approve_page": lazy_gettext("Personal page approved"),
    "distributor.show_contact": lazy_gettext("Contact shown to the team"),
    "material.add": lazy_gettext("Material added"),
    "program.put_logo": lazy_gettext("Logo changed"),
    "program.remove_logo": lazy_gettext("Logo removed"),
    "announcement.save": lazy_gettext("Announcement saved"),
    "announcement.publish": lazy_gettext("Announcement published"),
    "distributor.ask_email_change": lazy_gettext("Change of e-mail address requested"),
    "distributor.change_email": lazy_gettext("E-mail address changed"),
    "distributor.cancel_email_change": lazy_gettext("Change of e-mail address stopped"),
    "distributor.change_shown": lazy_gettext("Name shown to others changed"),
    "distributor.ask_data_export": lazy_gettext("Copy of data requested"),
    "distributor.make_data_export": lazy_gettext("Copy of data made"),
    "distributor.fetch_data_export": lazy_gettext("Copy of data downloaded"),
    "invitation.send": lazy_gettext("Invitations sent"),
    "distributor.ask_closing": lazy_gettext("Closing of the account requested"),
    "distributor.take_closing_back": lazy_gettext("Closing of the account taken back"),
    "distributor.begin_closing": lazy_gettext("Closing of the account began"),
    "distributor.stop_closing": lazy_gettext("Closing of the account stopped: active again"),
    "distributor.close_account": lazy_gettext("Account closed and the person erased"),
    "distributor.join": lazy_gettext("Applied or was added"),
    "distributor.approve": lazy_gettext("Application approved"),
    "distributor.reject": lazy_gettext("Application rejected"),
    "distributor.suspend": lazy_gettext("Distributor suspended"),
    "distributor.reinstate": lazy_gettext("Distributor reinstated"),
    "distributor.leave": lazy_gettext("Distributor left"),
    "distributor.remove": lazy_gettext("Distributor removed"),
    "distributor.move": lazy_gettext("Sponsor changed"),
    "distributor.set_grade": lazy_gettext("Grade changed"),
    "distributor.set_groups": lazy_gettext("Groups changed"),
    "distributor.reveal": lazy_gettext("Personal data looked at"),
    "distributor.reveal_list": lazy_gettext("Personal data of several looked at"),
    "distributor.accept_terms": lazy_gettext("Program terms accepted"),
    "distributor.change_profile": lazy_gettext("Profile changed"),
    "distributor.change_password": lazy_gettext("Password changed"),
    "distributor.reset_password": lazy_gettext("Password reset"),
    "distributor.enable_second_factor": lazy_gettext("Two-step login switched on"),
    "distributor.disable_second_factor": lazy_gettext("Two-step login switched off"),
    "distributor.renew_recovery_codes": lazy_gettext("Recovery codes renewed"),
    "distributor.reset_second_factor": lazy_gettext("Two-step login reset"),
    "distributor.sign_in": lazy_gettext("Came in by a login elsewhere"),
    "distributor.link_identity": lazy_gettext("Login elsewhere connected"),
    "distributor.unlink_identity": lazy_gettext("Login elsewhere disconnected"),
    "distributor.end_sessions": lazy_gettext("Devices logged out"),
    "code.issue": lazy_gettext("Code issued"),
    "code.assign_voucher": lazy_gettext("Voucher assigned"),
    "code.deactivate": lazy_gettext("Code switched off"),
    "tax_profile.record": lazy_gettext("Told what the tax office needs"),
    "tax_profile.reveal": lazy_gettext("Tax details looked at"),
    "tax_year.export": lazy_gettext("Tax details of a year taken"),
    "program.change": lazy_gettext("Program settings changed"),
    "saleor.install": lazy_gettext("App installed in Saleor"),
    "saleor.remove": lazy_gettext("App removed from Saleor"),
    "plan.publish": lazy_gettext("Plan published"),
    "plan.delete_draft": lazy_gettext("Draft of a plan deleted"),
    "simulation.start": lazy_gettext("Simulation begun"),
    "simulation.cancel": lazy_gettext("Simulation called off"),
    "order.reassign": lazy_gettext("Order reassigned"),
    "commission.hold": lazy_gettext("Commission held"),
    "commission.bring_forward": lazy_gettext("Commission let mature earlier"),
    "commission.release": lazy_gettext("Commission released"),
    "customer.bind": lazy_gettext("Customer bound by a visit or sign-up"),
    "customer.rebind": lazy_gettext("Customer given to somebody"),
    "customer.hand_over": lazy_gettext("Customers handed over"),
    "order.read_again": lazy_gettext("Order read again"),
    "settlement_run.close": lazy_gettext("Settlement run closed"),
    "settlement_run.approve": lazy_gettext("Settlement run approved"),
    "settlement_run.discard": lazy_gettext("Settlement run discarded"),
    "adjustment.propose": lazy_gettext("Adjustment proposed"),
    "adjustment.approve": lazy_gettext("Adjustment approved"),
    "adjustment.decline": lazy_gettext("Adjustment declined"),
    "adjustment.withdraw": lazy_gettext("Adjustment withdrawn"),
    "withdrawal.request": lazy_gettext("Withdrawal requested"),
    "withdrawal.approve_once": lazy_gettext("Withdrawal approved by the first of two"),
    "withdrawal.approve": lazy_gettext("Withdrawal approved"),
    "withdrawal.reject": lazy_gettext("Withdrawal rejected"),
    "withdrawal.cancel": lazy_gettext("Withdrawal cancelled"),
    "withdrawal.send": lazy_gettext("Payout sent"),
    "withdrawal.mark_paid": lazy_gettext("Withdrawal marked as paid"),
    "withdrawal.fail": lazy_gettext("Payout failed"),
    "withdrawal.export": lazy_gettext("Bank file downloaded"),
    "payout_method.add": lazy_gettext("Payout method added"),
    "payout_method.remove": lazy_gettext("Payout method removed"),
    "merchant.create": lazy_gettext("Console login added"),
    "merchant.change_role": lazy_gettext("Role changed"),
    "merchant.disable": lazy_gettext("Console login locked out"),
    "merchant.enable": lazy_gettext("Console login let in again"),
    "merchant.set_password": lazy_gettext("Console password set"),
    "identity_provider.add": lazy_gettext("Login provider added"),
    "identity_provider.change": lazy_gettext("Login provider changed"),
    "identity_provider.remove": lazy_gettext("Login provider removed"),
    "merchant.refuse_sign_in": lazy_gettext("Turned away by the shop"),
    "merchant.link_identity": lazy_gettext("Login elsewhere connected"),
    "merchant.unlink_identity": lazy_gettext("Login elsewhere disconnected"),
    "merchant.sign_in": lazy_gettext("Signed in to the console"),
    "merchant.enable_second_factor": lazy_gettext("Second step of the console switched on"),
    "merchant.disable_second_factor": lazy_gettext("Second step of the console switched off"),
    "merchant.renew_recovery_codes": lazy_gettext("Recovery codes of the console renewed"),
    "merchant.reset_second_factor": lazy_gettext("Second step of the console reset"),
    "merchant.end_sessions": lazy_gettext("Sessions of the console ended"),
    "token.create": lazy_gettext("API token created"),
    "token.revoke": lazy_gettext("API token revoked"),
    "inbox.retry": lazy_gettext("Signals tried again"),
    "outbox.retry": lazy_gettext("Effect tried again"),
    "proof.keep": lazy_gettext("Verification run"),
    "proof.ask": lazy_gettext("Verification asked for"),
}
SUBJECTS: dict[str, Any] = {
    "identity_provider": lazy_gettext("Login provider"),
    "distributor": lazy_gettext("Distributor"),
    "distributors": lazy_gettext("Distributors"),
    "order": lazy_gettext("Order"),
    "customer": lazy_gettext("Customer"),
    "plan": lazy_gettext("Plan"),
    "plan_draft": lazy_gettext("Draft of a plan"),
    "simulation": lazy_gettext("Simulation"),
    "saleor_installation": lazy_gettext("App in Saleor"),
    "program": lazy_gettext("Program settings"),
    "settlement_run": lazy_gettext("Settlement run"),
    "adjustment": lazy_gettext("Adjustment"),
    "withdrawal": lazy_gettext("Withdrawal"),
    "payout_method": lazy_gettext("Payout method"),
    "merchant": lazy_gettext("Console login"),
    "token": lazy_gettext("API token"),
    "inbox": lazy_gettext("Inbox"),
    "outbox": lazy_gettext("Outbox"),
    "proof": lazy_gettext("Verification"),
    "withdrawals": lazy_gettext("Withdrawals"),
    "payout_file": lazy_gettext("Payout file"),
    "tax_year": lazy_gettext("Tax year"),
    "announcement": lazy_gettext("Announcement"),
    "material": lazy_gettext("Material"),
}
ACTORS: dict[str, Any] = {
    "merchant": lazy_gettext("Your people"),
    "distributor": lazy_gettext("Distributors"),
    "token": lazy_gettext("API clients"),
    "job": lazy_gettext("Jobs"),
}
CHANGES: dict[str, Any] = {
    "status": lazy_gettext("Status"),
    "total": lazy_gettext("Total"),
    "collected": lazy_gettext("Paid in"),
    "given_back": lazy_gettext("Given back"),
    "referral_code": lazy_gettext("Referral code"),
    "voucher_code": lazy_gettext("Voucher"),
    "quantity": lazy_gettext("Units"),
    "fulfilled": lazy_gettext("Shipped"),
    "returned": lazy_gettext("Returned"),
    "name": lazy_gettext("Name"),
    "base": lazy_gettext("Base"),
    "ceiling_bps": lazy_gettext("Ceiling"),
    "hold_days": lazy_gettext("Hold period"),
    "level_1": lazy_gettext("Level 1, the seller"),
    "level_2": lazy_gettext("Level 2, their sponsor"),
    "level_3": lazy_gettext("Level 3, the sponsor's sponsor"),
}
NOTHING: dict[str, Any] = {
    "gift_card": lazy_gettext("A gift card brings no commission."),
    "base_is_zero": lazy_gettext("The line costs nothing, so there is nothing to share."),
    "other_currency": lazy_gettext("The plan's fixed amount is in another currency."),
    "line_gone": lazy_gettext("The line is no longer part of the order."),
}
EFFECTS: dict[str, Any] = {
    "mail": lazy_gettext("E-mail"),
    "payout": lazy_gettext("Payout"),
    "poke": lazy_gettext("Wake-up of a job"),
    "webhook": lazy_gettext("Webhook"),
}
PAGE_REPORTS: dict[str, Any] = {
    "false": lazy_gettext("Promises what is not true"),
    "offending": lazy_gettext("Offends or harms"),
    "spam": lazy_gettext("Spam"),
    "rights": lazy_gettext("Shows what belongs to somebody else"),
    "other": lazy_gettext("Something else"),
}
SOURCES: dict[str, Any] = {
    "link": lazy_gettext("A distributor's link"),
    "qr": lazy_gettext("A distributor's QR code"),
    "code": lazy_gettext("A code typed in"),
    "invitation": lazy_gettext("An invitation by mail"),
    "portal": lazy_gettext("The portal's own form"),
    "saleor": lazy_gettext("Their account in the shop"),
    "api": lazy_gettext("The API"),
    "merchant": lazy_gettext("Added by hand"),
}
JOBS: dict[str, Any] = {
    "drain_inbox": lazy_gettext("Reading changed orders"),
    "drain_clicks": lazy_gettext("Recording clicks"),
    "carry_out_effects": lazy_gettext("Mails and payouts"),
    "tell_notices": lazy_gettext("Writing notices"),
    "tell_released": lazy_gettext("Telling of matured commission"),
    "deliver_mail": lazy_gettext("Sending notices by e-mail"),
    "deliver_push": lazy_gettext("Sending notices to devices"),
    "deliver_elsewhere": lazy_gettext("Sending notices by other channels"),
    "make_posters": lazy_gettext("Making posters"),
    "watch_withdrawals": lazy_gettext("Watching promised payment times"),
    "sum_lines": lazy_gettext("Adding up commission by the hour it matures"),
    "fold_counters": lazy_gettext("Adding up sales and claims"),
    "reconcile_changed": lazy_gettext("Comparing with the shop"),
    "audit_orders": lazy_gettext("Comparing with the shop, thoroughly"),
    "read_catalogue": lazy_gettext("Reading the shop's catalogue"),
    "wake_daily": lazy_gettext("Waking what runs once a day"),
    "keep_vouchers": lazy_gettext("Codes of the shop's voucher"),
    "audit_vouchers": lazy_gettext("Codes of the shop's voucher, read again"),
    "make_exports": lazy_gettext("Copies of people's data"),
    "close_accounts": lazy_gettext("Closing accounts"),
    "admit_buyers": lazy_gettext("Admitting applicants who have bought"),
    "classify_products": lazy_gettext("Sorting products into sales stages"),
    "settle_daily": lazy_gettext("Settling"),
    "seal_ledger": lazy_gettext("Sealing ledger and orders"),
    "verify_nightly": lazy_gettext("Verifying at night"),
    "verify_whole": lazy_gettext("Verifying everything"),
    "clean_up": lazy_gettext("Cleaning up"),
    "simulate": lazy_gettext("Trying plans on past orders"),
}
ORDER_STATUSES: dict[str, Any] = {
    "draft": lazy_gettext("not placed yet"),
    "open": lazy_gettext("open"),
    "cancelled": lazy_gettext("cancelled"),
}
TABLES: dict[str, Any] = {
    "order_snapshots": lazy_gettext("Snapshots"),
    "terms": lazy_gettext("Frozen terms"),
    "shares": lazy_gettext("Shares"),
    "commission_lines": lazy_gettext("Commission lines"),
    "period_adjustments": lazy_gettext("Adjusting lines of periods"),
    "statements": lazy_gettext("Statements"),
    "adjustments": lazy_gettext("Adjustments"),
    "transfers": lazy_gettext("Transfers"),
    "accounts": lazy_gettext("Accounts"),
    "audit_log": lazy_gettext("Audit entries"),
}
REVIEWS: dict[str, Any] = {
    "hold": lazy_gettext("Held"),
    "until": lazy_gettext("Held until"),
    "by": lazy_gettext("Matures by"),
    "release": lazy_gettext("Released"),
}
_TABLES: dict[str, dict[str, Any]] = {
    "review": REVIEWS,
    "table": TABLES,
    "order_status": ORDER_STATUSES,
    "job": JOBS,
    "reason": REASONS,
    "reason_text": REASON_TEXTS,
    "role": ROLES,
    "role_text": ROLE_TEXTS,
    "scope": SCOPES,
    "action": ACTIONS,
    "subject": SUBJECTS,
    "actor": ACTORS,
    "change": CHANGES,
    "nothing": NOTHING,
    "effect": EFFECTS,
    "source": SOURCES,
}
_OWN_ACTS: dict[str, Any] = {
    "bought": lazy_gettext("applicants who bought"),
    "closing": lazy_gettext("closing of accounts"),
    "daily": lazy_gettext("settlement of the day"),
    "open_program": lazy_gettext("open program"),
    "payout": lazy_gettext("payout"),
    "saleor_app": lazy_gettext("Saleor app"),
    "saleor_plugin": lazy_gettext("Saleor plugin"),
    "sign_in": lazy_gettext("sign-in"),
    "vouchers": lazy_gettext("codes of the voucher"),
}
"""What did something by itself, as the audit log has it after `job:`."""


def named(code: object, table: str) -> str:
    """What people call a code of `table`; the code itself when it is new to us."""
    return str(_TABLES[table].get(str(code), "" if code is None else code))


def who(actor: str, name: str | None = None) -> str:
    """Who acted: a person by name, anything else by what it is."""
    if name:
        return name
    kind, _, rest = actor.partition(":")
    if actor == "applicant":
        return gettext("the applicant")
    match kind:
        case "job":
            return gettext("by itself (%(job)s)", job=_OWN_ACTS.get(rest, rest.replace("_", " ")))
        case "token":
            return gettext("API client %(name)s", name=rest)
        case "cli":
            return gettext("command line")
        case "merchant":
            return gettext("somebody of yours")
        case "distributor":
            return gettext("a distributor")
    return actor
