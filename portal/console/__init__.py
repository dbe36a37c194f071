"""The merchant's console: everything under /console."""

from __future__ import annotations

from flask import Flask

from portal.console import merchants, navigation, templating
from portal.console.blueprint import blueprint
from portal.console.views import (
    access,
    account,
    adjustments,
    announcements,
    applications,
    audit,
    codes,
    comparisons,
    customers,
    distributors,
    explanation,
    inbox,
    installation,
    invitations,
    ledger,
    ledger_files,
    login_standing,
    materials,
    orders,
    overview,
    payout_files,
    people,
    personal_pages,
    plan,
    plan_drafts,
    plan_review,
    plan_simulate,
    program,
    providers,
    ranks,
    receipts,
    reviews,
    second_step,
    settlements,
    sign_in,
    standing,
    style,
    tax,
    tokens,
    verification,
    withdrawals,
)

__all__ = ["blueprint", "install"]

PARTS = (
    navigation,
    access,
    account,
    adjustments,
    announcements,
    applications,
    audit,
    codes,
    comparisons,
    customers,
    distributors,
    explanation,
    inbox,
    installation,
    invitations,
    ledger,
    ledger_files,
    login_standing,
    materials,
    orders,
    overview,
    payout_files,
    people,
    personal_pages,
    plan,
    plan_drafts,
    plan_review,
    plan_simulate,
    program,
    providers,
    ranks,
    receipts,
    reviews,
    second_step,
    settlements,
    sign_in,
    standing,
    style,
    tax,
    tokens,
    verification,
    withdrawals,
)


def install(app: Flask) -> None:
    """Put the console into the portal."""
    merchants.install()
    templating.install(app)
    app.register_blueprint(blueprint)
