"""Papers and tables as answers that no cache keeps."""

from __future__ import annotations

from typing import Literal

from flask import Response


def pdf_file(content: bytes, name: str) -> Response:
    """A PDF to look at; `name` without its ending."""
    return _file(content, "application/pdf", f"{name}.pdf", "inline")


def csv_file(text: str, name: str) -> Response:
    """A CSV to download, with the mark that tells spreadsheets its encoding."""
    return _file(("\ufeff" + text).encode(), "text/csv; charset=utf-8", f"{name}.csv", "attachment")


def _file(content: bytes, kind: str, name: str, disposition: Literal["inline", "attachment"]) -> Response:
    return Response(
        content,
        content_type=kind,
        headers={
            "Content-Disposition": f'{disposition}; filename="{name}"',
            "Cache-Control": "private, no-store",
        },
    )
