"""QR codes as SVG and PNG.

The mask is fixed: choosing the best of eight costs five times the rest, and readers do not care.
"""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from qrcode import QRCode
from qrcode.constants import ERROR_CORRECT_M

from distribution.errors import InvalidInput

LONGEST_TEXT = 1000
QUIET_MODULES = 4
_MASK = 3
_LEAST_CONTRAST = 3.0
_COLOUR = re.compile(r"#([0-9a-fA-F]{2})([0-9a-fA-F]{2})([0-9a-fA-F]{2})", re.ASCII)
Matrix = tuple[tuple[bool, ...], ...]


def _luminance(colour: str, field: str) -> float:
    """Relative luminance as WCAG defines it."""
    found = _COLOUR.fullmatch(colour)
    if found is None:
        raise InvalidInput(f"{field}: a colour is written #rrggbb", field=field)
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in (int(group, 16) / 255 for group in found.groups())
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@dataclass(frozen=True, slots=True)
class Look:
    """Colours as #rrggbb, and the width of the quiet zone around the code; readers want it four modules wide."""

    dark: str = "#000000"
    light: str = "#ffffff"
    quiet_modules: int = QUIET_MODULES

    def __post_init__(self) -> None:
        dark, light = _luminance(self.dark, "dark"), _luminance(self.light, "light")
        # Readers expect dark on light, and telling one from the other takes contrast.
        if (light + 0.05) / (dark + 0.05) < _LEAST_CONTRAST:
            raise InvalidInput("the dark colour must be much darker than the light one", field="dark")
        if not 0 <= self.quiet_modules <= 20:
            raise InvalidInput("the quiet zone is 0 to 20 modules wide", field="quiet_modules")


PLAIN = Look()


def svg(text: str, look: Look = PLAIN) -> str:
    """The code as an SVG of one path, which scales to any size."""
    rows, quiet = matrix(text), look.quiet_modules
    size = len(rows) + 2 * quiet
    path = "".join(
        f"M{start + quiet} {y + quiet}h{length}v1h-{length}z"
        for y, row in enumerate(rows)
        for start, length in _runs(row)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}" shape-rendering="crispEdges">'
        f'<path fill="{look.light}" d="M0 0h{size}v{size}H0z"/><path fill="{look.dark}" d="{path}"/></svg>'
    )


def png(text: str, look: Look = PLAIN, *, pixels_per_module: int = 8) -> bytes:
    """The code as a PNG of two colours."""
    if not 1 <= pixels_per_module <= 64:
        raise InvalidInput("a module is 1 to 64 pixels wide", field="pixels_per_module")
    rows, quiet = matrix(text), look.quiet_modules
    side = (len(rows) + 2 * quiet) * pixels_per_module
    edge = "0" * quiet * pixels_per_module
    blank = _scanline("0" * side) * (quiet * pixels_per_module)
    picture = bytearray(blank)
    for row in rows:
        bits = "".join("1" * pixels_per_module if module else "0" * pixels_per_module for module in row)
        picture += _scanline(edge + bits + edge) * pixels_per_module
    picture += blank
    # One bit a pixel, an index into the palette.
    header = struct.pack(">IIBBBBB", side, side, 1, 3, 0, 0, 0)
    palette = bytes.fromhex(look.light[1:] + look.dark[1:])
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        (
            _chunk(b"IHDR", header),
            _chunk(b"PLTE", palette),
            _chunk(b"IDAT", zlib.compress(bytes(picture), 6)),
            _chunk(b"IEND", b""),
        )
    )


@lru_cache(maxsize=512)
def matrix(text: str) -> Matrix:
    """The modules of the code, dark ones true, without a quiet zone."""
    if not 0 < len(text) <= LONGEST_TEXT:
        raise InvalidInput(f"a QR code holds 1 to {LONGEST_TEXT} characters here", field="text")
    code = QRCode(error_correction=ERROR_CORRECT_M, border=0, mask_pattern=_MASK)
    code.add_data(text)
    code.make(fit=True)
    return tuple(tuple(bool(module) for module in row) for row in code.get_matrix())


def _runs(row: tuple[bool, ...]) -> Iterator[tuple[int, int]]:
    start = None
    for x, module in enumerate((*row, False)):
        if module and start is None:
            start = x
        elif not module and start is not None:
            yield start, x - start
            start = None


def _scanline(bits: str) -> bytes:
    padded = bits.ljust(-(-len(bits) // 8) * 8, "0")
    return b"\x00" + int(padded, 2).to_bytes(len(padded) // 8, "big")


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
