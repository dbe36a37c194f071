"""The pages of a distributor; importing a module here adds its pages to the blueprint."""

from portal.distributors import AREA
from portal.securing.routes import add_pages
from portal.views.distributor import (
    account,
    browsers,
    codes,
    connecting,
    contact,
    dashboard,
    earnings,
    email,
    leaving,
    links,
    materials,
    methods,
    notice_choices,
    notices,
    orders,
    personal_page,
    posters,
    profile,
    rules,
    saved_links,
    statements,
    tax,
    team,
    terms,
    withdrawals,
)
from portal.views.distributor.blueprint import blueprint

add_pages(blueprint, AREA)

__all__ = [
    "account",
    "blueprint",
    "browsers",
    "codes",
    "connecting",
    "contact",
    "dashboard",
    "earnings",
    "email",
    "leaving",
    "links",
    "materials",
    "methods",
    "notice_choices",
    "notices",
    "orders",
    "personal_page",
    "posters",
    "profile",
    "rules",
    "saved_links",
    "statements",
    "tax",
    "team",
    "terms",
    "withdrawals",
]
