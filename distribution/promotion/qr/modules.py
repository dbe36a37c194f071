"""The modules of a QR code.

The mask is fixed: choosing the best of eight costs five times the rest, and readers do not care.
"""

from __future__ import annotations

from functools import lru_cache

from qrcode import QRCode
from qrcode.constants import ERROR_CORRECT_H, ERROR_CORRECT_M

from distribution.errors import InvalidInput

LONGEST_TEXT = 1000
_MASK = 3
Matrix = tuple[tuple[bool, ...], ...]


@lru_cache(maxsize=512)
def matrix(text: str, *, covered: bool = False) -> Matrix:
    """The modules of the code, dark ones true, without a quiet zone.

    `covered`: something will hide its middle, so that it takes the strongest correction.
    """
    if not 0 < len(text) <= LONGEST_TEXT:
        raise InvalidInput(f"a QR code holds 1 to {LONGEST_TEXT} characters here", field="text")
    correction = ERROR_CORRECT_H if covered else ERROR_CORRECT_M
    code = QRCode(error_correction=correction, border=0, mask_pattern=_MASK)
    code.add_data(text)
    code.make(fit=True)
    return tuple(tuple(bool(module) for module in row) for row in code.get_matrix())
