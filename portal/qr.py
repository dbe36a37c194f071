"""QR codes as SVG and PNG, with a fixed mask: choosing one costs five times the drawing, and readers do not care."""

from __future__ import annotations

import struct
import zlib
from functools import lru_cache

import qrcode
from qrcode.constants import ERROR_CORRECT_M

_QUIET_MODULES = 4
_MASK = 3
_PNG_PIXELS = 8


@lru_cache(maxsize=512)
def _matrix(text: str) -> tuple[tuple[bool, ...], ...]:
    code = qrcode.QRCode(error_correction=ERROR_CORRECT_M, border=_QUIET_MODULES, mask_pattern=_MASK)
    code.add_data(text)
    code.make(fit=True)
    return tuple(tuple(bool(module) for module in row) for row in code.get_matrix())


def svg(text: str) -> str:
    """The code as one path, dark on white, with its quiet zone."""
    rows = _matrix(text)
    runs = []
    for y, row in enumerate(rows):
        x = 0
        while x < len(row):
            if not row[x]:
                x += 1
                continue
            start = x
            while x < len(row) and row[x]:
                x += 1
            runs.append(f"M{start} {y}h{x - start}v1h-{x - start}z")
    size = len(rows)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}" shape-rendering="crispEdges">'
        f'<path fill="#fff" d="M0 0h{size}v{size}H0z"/><path d="{"".join(runs)}"/></svg>'
    )


def png(text: str) -> bytes:
    """The code as a black and white PNG, eight pixels a module."""
    rows = _matrix(text)
    side = len(rows) * _PNG_PIXELS
    lines = bytearray()
    for row in rows:
        # One bit a pixel and eight pixels a module: a module is one byte, white is 1.
        line = b"\x00" + bytes(0 if module else 0xFF for module in row)
        lines += line * _PNG_PIXELS
    header = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", zlib.compress(bytes(lines), 9)) + _chunk(b"IEND", b"")


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
