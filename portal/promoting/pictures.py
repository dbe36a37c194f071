"""Pictures as a page is given them: from the shop by a copy of our own, uploaded by people, sent as they are kept."""

from __future__ import annotations

from io import BytesIO

from flask import Response, abort, current_app, request
from flask_babel import gettext
from PIL import Image
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage

from distribution.adapters.pictures import Hosts, copy_picture
from distribution.errors import InvalidInput
from distribution.media.keep import Kept, read
from distribution.media.picture import LARGEST_BYTES
from distribution.settings.environment import Variable
from portal.clock import now
from portal.database import engine, program_settings

UPLOAD_BYTES = LARGEST_BYTES
_YEAR_SECONDS = 365 * 24 * 3600


def shop_picture(address: str | None) -> bytes | None:
    """The digest of our copy of a picture of the shop; asks the shop for it, between transactions."""
    if not address:
        return None
    settings = current_app.extensions["settings"]
    shop = settings.saleor_api_url if Variable.SALEOR_API_URL in settings else None
    hosts = Hosts(shop, program_settings().storefront.picture_hosts)
    return copy_picture(engine(), address, hosts, now=now())


def opened(session: Session, digest: bytes | None) -> Image.Image | None:
    """A kept picture, unpacked."""
    file = read(session, digest) if digest is not None else None
    if file is None:
        return None
    image = Image.open(BytesIO(file.content))
    image.load()
    return image


def uploaded(name: str) -> bytes:
    """The file of that field; empty when none was chosen."""
    file: FileStorage | None = request.files.get(name)
    return b"" if file is None else file.read(UPLOAD_BYTES + 1)


def smaller(file: Kept, *, width: int) -> Kept:
    """The same picture, so wide, as JPEG."""
    image = Image.open(BytesIO(file.content))
    high = max(1, round(image.height * width / image.width))
    small = image.convert("RGB").resize((width, high), Image.Resampling.LANCZOS, reducing_gap=2.0)
    packed = BytesIO()
    small.save(packed, "JPEG", quality=82, optimize=True)
    return Kept(packed.getvalue(), "image/jpeg")


def sent(file: Kept | None, *, name: str | None = None) -> Response:
    """A kept file; its address names its content, so that a browser may keep it for ever."""
    if file is None:
        abort(404)
    response = Response(file.content, content_type=file.content_type)
    response.headers["Cache-Control"] = f"private, max-age={_YEAR_SECONDS}, immutable"
    if name:
        response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def why(error: InvalidInput) -> str:
    """What is wrong with a picture, a code or a poster, in words."""
    return why_code(error.code, **error.facts)


def why_code(code: str, **facts: object) -> str:
    """The same by the error's code, as a job noted it."""
    match code:
        case "not_a_picture":
            return gettext("Choose a JPEG, PNG or WebP picture.")
        case "picture_too_large":
            return gettext(
                "The picture is too large: at most %(megabytes)s MB and %(megapixels)s million pixels.",
                **facts,
            )
        case "picture_too_small":
            return gettext("The picture is too small: at least %(pixels)s pixels wide and high.", **facts)
        case "weak_contrast":
            return gettext(
                "Phones cannot read this code: the dark colour must be much darker than the light one,"
                " %(least)s to 1 at least. It is %(contrast)s to 1.",
                **facts,
            )
        case "unreadable_code":
            return gettext(
                "Phones cannot read this code. Choose a darker dark colour, a lighter light one,"
                " or no picture in it."
            )
        case "link_too_long":
            return gettext(
                "With this address the link would have %(length)s characters, and phones read at most %(most)s from a"
                " QR code. Save it as a short link.",
                **facts,
            )
        case "code_too_fine":
            return gettext("The link is too long for the code of a poster. Choose a shorter page.")
        case _:
            return gettext("This value is not valid.")
