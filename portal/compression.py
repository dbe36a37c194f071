"""Pages are compressed on the way out, with a length that tells nothing about secrets in them."""

from __future__ import annotations

import gzip
import io
import secrets

from flask import Flask, Response, request

_KINDS = {
    "text/html", "application/json", "application/manifest+json", "text/csv", "text/javascript", "image/svg+xml",
    "text/plain",
}  # fmt: skip
_SMALLEST_BYTES = 900
_LARGEST_PADDING_BYTES = 100


def install(app: Flask) -> None:
    """Compress answers of text for browsers that take it."""

    @app.after_request
    def compress(response: Response) -> Response:
        if (
            response.direct_passthrough
            or response.is_streamed
            or response.mimetype not in _KINDS
            or "Content-Encoding" in response.headers
        ):
            return response
        response.vary.add("Accept-Encoding")
        body = response.get_data()
        if len(body) < _SMALLEST_BYTES or "gzip" not in request.headers.get("Accept-Encoding", ""):
            return response
        response.set_data(_packed(body))
        response.headers["Content-Encoding"] = "gzip"
        return response


def _packed(body: bytes) -> bytes:
    # A file name of random length in the header hides the length of what was compressed ("Heal the BREACH").
    padding = "a" * secrets.randbelow(_LARGEST_PADDING_BYTES)
    target = io.BytesIO()
    with gzip.GzipFile(filename=padding, mode="wb", compresslevel=5, fileobj=target, mtime=0) as packer:
        packer.write(body)
    return target.getvalue()
