"""QR codes without a picture, drawn straight from their modules."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator

from distribution.errors import InvalidInput
from distribution.promotion.qr.look import PLAIN, Look
from distribution.promotion.qr.modules import Matrix, matrix


def svg(text: str, look: Look = PLAIN) -> str:
    """The code as an SVG of one path, which scales to any size."""
    rows, quiet = matrix(text), look.quiet_modules
    size = len(rows) + 2 * quiet
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}" shape-rendering="crispEdges">'
        f'<path fill="{look.light}" d="M0 0h{size}v{size}H0z"/><path fill="{look.dark}" d="{path(rows, quiet)}"/></svg>'
    )


def path(rows: Matrix, quiet: int) -> str:
    """The dark modules as the path of an SVG, a module one unit."""
    return "".join(
        f"M{start + quiet} {y + quiet}h{length}v1h-{length}z"
        for y, row in enumerate(rows)
        for start, length in runs(row)
    )


def runs(row: tuple[bool, ...]) -> Iterator[tuple[int, int]]:
    """Where dark modules follow one another in a row: the first, and how many."""
    start = None
    for x, module in enumerate((*row, False)):
        if module and start is None:
            start = x
        elif not module and start is not None:
            yield start, x - start
            start = None


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


def _scanline(bits: str) -> bytes:
    padded = bits.ljust(-(-len(bits) // 8) * 8, "0")
    return b"\x00" + int(padded, 2).to_bytes(len(padded) // 8, "big")


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
