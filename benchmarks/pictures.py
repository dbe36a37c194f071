"""A QR code as SVG against its modules alone, and a poster of 1080 × 1920 against encoding it as JPEG alone."""

from __future__ import annotations

import io
from collections.abc import Callable
from statistics import median
from time import perf_counter

from PIL import Image

from benchmarks.result import report
from distribution.promotion.poster.draw import PACKED, png
from distribution.promotion.poster.spec import PosterSpec
from distribution.promotion.qr import svg
from distribution.promotion.qr.modules import matrix

MORE_MS_GOAL, POSTER_GOAL = 1.0, 1.4
CODES, POSTERS = 200, 15
_LINK = "https://partners.example.com/r/CODE{number}?to=/products/charcoal-oolong"


def run() -> None:
    """Print how many milliseconds more a code takes, and how many times as long a poster."""
    code_seconds, modules_seconds = _codes()
    more_ms = (code_seconds - modules_seconds) * 1e3
    report(
        "qr_svg",
        more_ms,
        MORE_MS_GOAL,
        f"milliseconds more: {code_seconds * 1e3:.2f} against {modules_seconds * 1e3:.2f} for the modules alone",
        at_most=True,
    )
    poster_seconds, jpeg_seconds, png_seconds = _posters()
    report(
        "poster",
        poster_seconds / jpeg_seconds,
        POSTER_GOAL,
        f"{poster_seconds * 1e3:.1f} ms, read back and written as PNG, against {jpeg_seconds * 1e3:.1f} for a JPEG of "
        f"it; writing the PNG alone takes {png_seconds * 1e3:.1f}",
        at_most=True,
    )


def _codes() -> tuple[float, float]:
    whole, modules = [], []
    for number in range(CODES):
        text = _LINK.format(number=number)
        # Codes are remembered; here each is the first of its link.
        for act, took in ((svg, whole), (matrix, modules)):
            matrix.cache_clear()
            began = perf_counter()
            act(text)
            took.append(perf_counter() - began)
    return median(whole), median(modules)


def _posters() -> tuple[float, float, float]:
    # Smooth as a photograph of tea is, and not as one colour is.
    product = Image.effect_noise((70, 55), 60).convert("RGB").resize((1400, 1100), Image.Resampling.BICUBIC)
    pictures = {"product": product}
    poster, jpeg, lossless = [], [], []
    for number in range(POSTERS):
        spec = PosterSpec(
            link=_LINK.format(number=number),
            template="moments",
            headline="Two nights over longan charcoal",
            product="Charcoal-roast oolong",
            price="$24.00",
            person="Emma",
            picture=b"",
        )
        began = perf_counter()
        file = png(spec, pictures)
        poster.append(perf_counter() - began)
        image = Image.open(io.BytesIO(file)).convert("RGB")
        assert image.size == (1080, 1920)
        jpeg.append(_seconds(lambda image=image: image.save(io.BytesIO(), "JPEG", quality=82)))
        lossless.append(_seconds(lambda image=image: image.save(io.BytesIO(), "PNG", compress_level=PACKED)))
    return median(poster), median(jpeg), median(lossless)


def _seconds(act: Callable[[], object]) -> float:
    began = perf_counter()
    act()
    return perf_counter() - began
