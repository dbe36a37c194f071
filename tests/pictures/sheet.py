"""Many pictures on one, to be looked at together."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PIL import Image, ImageDraw

_GAP, _LABEL = 16, 22


def sheet(pictures: Sequence[Path], target: Path, *, width: int, height: int) -> None:
    """Put pictures side by side, each scaled to `width` and cut at `height`, its name above it."""
    whole = Image.new("RGB", (len(pictures) * (width + _GAP) + _GAP, height + _LABEL + _GAP), "#8a8f98")
    pen = ImageDraw.Draw(whole)
    for position, path in enumerate(pictures):
        left = _GAP + position * (width + _GAP)
        picture = Image.open(path).convert("RGB")
        picture = picture.resize((width, round(picture.height * width / picture.width)))
        whole.paste(picture.crop((0, 0, width, min(height, picture.height))), (left, _LABEL))
        pen.text((left, 4), path.stem, fill="white")
    target.parent.mkdir(parents=True, exist_ok=True)
    whole.save(target)
