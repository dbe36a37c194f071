"""Pictures are taken only from where they may come from, and only as pixels."""

from __future__ import annotations

import http.server
import io
import struct
import threading
import zlib
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from PIL import Image

from distribution.adapters.pictures import FetchRefused, Hosts
from distribution.adapters.pictures.fetch import fetch
from distribution.media.picture import (
    LARGEST_BYTES,
    NotAPicture,
    PictureTooLarge,
    PictureTooSmall,
    harmless,
)


def packed(image: Image.Image, kind: str, **options: object) -> bytes:
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def test_a_photo_loses_where_it_was_taken_and_stands_upright() -> None:
    photo = Image.new("RGB", (300, 200), "#a44")
    exif = photo.getexif()
    exif[0x0112], exif[0x010E] = 6, "taken at home"
    found = harmless(packed(photo, "JPEG", exif=exif), longest_side=150)
    again = Image.open(io.BytesIO(found.content))
    assert (found.content_type, again.size, dict(again.getexif())) == ("image/jpeg", (100, 150), {})
    assert b"taken at home" not in found.content


def test_what_shines_through_stays_png_and_the_same_is_the_same() -> None:
    logo = Image.new("RGBA", (64, 64), (10, 20, 30, 0))
    found = harmless(packed(logo, "WEBP", lossless=True), longest_side=640)
    assert found.content_type == "image/png"
    assert harmless(packed(logo, "WEBP", lossless=True), longest_side=640) == found
    assert (
        harmless(packed(Image.new("RGBA", (64, 64), "red"), "PNG"), longest_side=64).content_type
        == "image/jpeg"
    )


@pytest.mark.parametrize(
    "content",
    [b"", b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"\x89PNG\r\n\x1a\n" + b"x" * 50, b"%PDF-1.7"],
)
def test_what_is_no_picture_is_refused(content: bytes) -> None:
    with pytest.raises(NotAPicture):
        harmless(content, longest_side=100)


def test_a_cut_picture_a_gif_a_dot_and_a_heavy_file_are_refused() -> None:
    noise = Image.effect_noise((200, 200), 90)
    with pytest.raises(NotAPicture):
        harmless(packed(noise, "PNG")[:3000], longest_side=100)
    with pytest.raises(NotAPicture):
        harmless(packed(noise, "GIF"), longest_side=100)
    with pytest.raises(PictureTooSmall):
        harmless(packed(Image.new("RGB", (15, 400)), "PNG"), longest_side=100)
    with pytest.raises(PictureTooLarge):
        harmless(b"\xff\xd8" + bytes(LARGEST_BYTES), longest_side=100)


def test_a_bomb_is_refused_by_its_header() -> None:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    bomb = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(bytes(10**6)))
    with pytest.raises(PictureTooLarge):
        harmless(bomb, longest_side=100)


@contextmanager
def serving(answers: dict[str, tuple[int, dict[str, str], bytes]]) -> Iterator[str]:
    """A host that answers so, by path."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, headers, body = answers.get(self.path, (404, {}, b""))
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()


def test_the_shop_itself_is_asked_and_may_send_on_within_itself() -> None:
    answers = {
        "/thumbnail/1/": (302, {"Location": "/media/1.webp"}, b""),
        "/media/1.webp": (200, {}, b"pixels"),
        "/away": (302, {"Location": "http://169.254.169.254/latest/meta-data"}, b""),
        "/round": (302, {"Location": "/round"}, b""),
        "/heavy": (200, {}, bytes(LARGEST_BYTES + 1)),
    }
    with serving(answers) as shop:
        hosts = Hosts(f"{shop}/graphql/")
        assert fetch(f"{shop}/thumbnail/1/", hosts) == b"pixels"
        for path, why in (
            ("/away", "169.254.169.254 are not fetched"),
            ("/round", "too often"),
            ("/heavy", "too large"),
            ("/gone", "404"),
        ):
            with pytest.raises(FetchRefused, match=why):
                fetch(shop + path, hosts)
        with pytest.raises(FetchRefused, match="not fetched"):
            fetch(f"{shop}/media/1.webp", Hosts("http://shop.example.com/graphql/"))


@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1/x.png",
        "https://localhost/x.png",
        "https://10.0.0.8/x.png",
        "https://[::1]/x.png",
        "https://[::ffff:127.0.0.1]/x.png",
        "https://user@cdn.example.com/x.png",
        "http://1.1.1.1/x.png",
        "https://1.1.1.1:8443/x.png",
        "file:///etc/passwd",
        "ftp://1.1.1.1/x",
        "https://evil.example/x.png",
        "https:///x",
        "http://[broken",
    ],
)
def test_nobody_else_is_asked(address: str) -> None:
    named = ["127.0.0.1", "localhost", "10.0.0.8", "::1", "::ffff:127.0.0.1", "1.1.1.1", "cdn.example.com"]
    assert Hosts("https://shop.example.com/graphql/", named).destination(address) is None


def test_a_named_host_on_the_internet_is_connected_to_by_the_address_looked_at() -> None:
    assert Hosts(None, ["1.1.1.1"]).destination("https://1.1.1.1/x.png") == "1.1.1.1"
    assert Hosts(None, ["*.1.1.1"]).destination("https://1.1.1.1/x.png") == "1.1.1.1"
    assert Hosts(None, ["1.1.1"]).destination("https://1.1.1.1/x.png") is None
