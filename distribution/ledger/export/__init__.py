"""The ledger for other programs: beancount's plain text, and CSV."""

from distribution.ledger.export.beancount import beancount_lines
from distribution.ledger.export.table import TRANSFER_COLUMNS, transfer_cells
from distribution.ledger.export.transfers import Days, TransferRow, transfers

__all__ = ["TRANSFER_COLUMNS", "Days", "TransferRow", "beancount_lines", "transfer_cells", "transfers"]
