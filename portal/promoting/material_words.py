"""Words and icons for materials."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext

KIND_NAMES: dict[str, Any] = {
    "text": lazy_gettext("Text"),
    "picture": lazy_gettext("Picture"),
    "poster": lazy_gettext("Poster"),
    "video": lazy_gettext("Video"),
    "article": lazy_gettext("Article"),
    "use_case": lazy_gettext("Use case"),
    "live": lazy_gettext("Live stream"),
}
KIND_ICONS = {
    "text": "file-text",
    "picture": "image",
    "poster": "sparkles",
    "video": "video",
    "article": "scroll-text",
    "use_case": "list-checks",
    "live": "radio",
}
