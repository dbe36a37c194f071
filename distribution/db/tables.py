"""Every table of every concept, imported so that the metadata is whole (migrations and tests read it here)."""

from distribution.access import tables as access
from distribution.adapters.saleor.app import tables as saleor_app
from distribution.adjustment import tables as adjustment
from distribution.announcement import tables as announcement
from distribution.attribution import tables as attribution
from distribution.audit import tables as audit
from distribution.commission import tables as commission
from distribution.commission.periods import tables as periods
from distribution.commission.receipt import tables as receipt
from distribution.commission.review import tables as review
from distribution.invitation import tables as invitation
from distribution.leaving import tables as leaving
from distribution.ledger import tables as ledger
from distribution.media import tables as media
from distribution.network import tables as network
from distribution.notice import tables as notice
from distribution.orders import tables as orders
from distribution.outbox import tables as outbox
from distribution.personal_page import tables as personal_page
from distribution.promotion import tables as promotion
from distribution.promotion.material import tables as material
from distribution.promotion.poster import tables as poster
from distribution.promotion.saved import tables as saved
from distribution.runs import tables as runs
from distribution.sealing import tables as sealing
from distribution.settings import tables as settings
from distribution.settlement import tables as settlement
from distribution.simulation import tables as simulation
from distribution.tax import tables as tax
from distribution.withdrawal import tables as withdrawal

__all__ = [
    "access",
    "adjustment",
    "announcement",
    "attribution",
    "audit",
    "commission",
    "invitation",
    "leaving",
    "ledger",
    "material",
    "media",
    "network",
    "notice",
    "orders",
    "outbox",
    "periods",
    "personal_page",
    "poster",
    "promotion",
    "receipt",
    "review",
    "runs",
    "saleor_app",
    "saved",
    "sealing",
    "settings",
    "settlement",
    "simulation",
    "tax",
    "withdrawal",
]
