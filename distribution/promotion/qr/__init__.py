"""QR codes as SVG and PNG: in colours, with a picture in the middle, and always readable."""

from distribution.promotion.qr.look import PLAIN, QUIET_MODULES, Look
from distribution.promotion.qr.modules import LONGEST_TEXT, Matrix, matrix
from distribution.promotion.qr.pictured import MIDDLE_SHAPES, Middle, MiddleShape, pictured, pictured_svg
from distribution.promotion.qr.plain import png, svg
from distribution.promotion.qr.readable import UnreadableCode, check_readable, read_back

__all__ = [
    "LONGEST_TEXT",
    "MIDDLE_SHAPES",
    "PLAIN",
    "QUIET_MODULES",
    "Look",
    "Matrix",
    "Middle",
    "MiddleShape",
    "UnreadableCode",
    "check_readable",
    "matrix",
    "pictured",
    "pictured_svg",
    "png",
    "read_back",
    "svg",
]
