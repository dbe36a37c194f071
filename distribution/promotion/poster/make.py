"""Makes the files of a poster."""

from __future__ import annotations

from datetime import datetime
from io import BytesIO
from uuid import UUID

from PIL import Image
from sqlalchemy import select
from sqlalchemy.orm import Session

from distribution.errors import InvalidInput
from distribution.media.keep import keep, read
from distribution.promotion.poster.draw import Pictures, pdf, png
from distribution.promotion.poster.layouts import LAYOUTS
from distribution.promotion.poster.marks import PictureName
from distribution.promotion.poster.spec import PosterSpec
from distribution.promotion.poster.tables import FAILED, MOST_ATTEMPTS, Poster


def begin(session: Session, poster_id: UUID) -> bool:
    """Count one attempt before it is made, so that one which ends the whole process counts too.

    False when there is nothing to do: it is done, another job has it, or it failed as often as may be, which is then
    its problem.
    """
    found = _waiting(session, poster_id)
    if found is None:
        return False
    if found.attempts >= MOST_ATTEMPTS:
        found.problem = FAILED
    else:
        found.attempts += 1
    session.flush()
    return found.problem is None


def give_up(session: Session, poster_id: UUID) -> None:
    """After a failure: no more attempts once there were as many as may be."""
    found = _waiting(session, poster_id)
    if found is not None and found.attempts >= MOST_ATTEMPTS:
        found.problem = FAILED
        session.flush()


def make(session: Session, poster_id: UUID, *, now: datetime) -> bool:
    """Draw a poster that waits and keep its files; False when another job has it or it is done.

    One whose code cannot be read is not made: the row says why.
    """
    found = _waiting(session, poster_id)
    if found is None:
        return False
    spec = PosterSpec(**found.spec)
    pictures = pictures_of(session, spec)
    try:
        phone, print_ = png(spec, pictures), pdf(spec, pictures)
    except InvalidInput as error:
        found.problem = error.code
    else:
        layout = LAYOUTS[spec.template]
        wide, high = layout.width * layout.scale, layout.height * layout.scale
        kept = keep(session, phone, "image/png", width=wide, height=high, now=now)
        printed = keep(session, print_, "application/pdf", now=now)
        found.png, found.pdf, found.made_at = kept, printed, now
    session.flush()
    return True


def _waiting(session: Session, poster_id: UUID) -> Poster | None:
    """That poster while it waits, unless another job has it."""
    query = select(Poster).where(Poster.id == poster_id, Poster.made_at.is_(None), Poster.problem.is_(None))
    return session.scalar(query.with_for_update(skip_locked=True).execution_options(populate_existing=True))


def pictures_of(session: Session, spec: PosterSpec) -> Pictures:
    """The pictures that a poster names, as far as they are kept."""
    named: dict[PictureName, str | None] = {
        "product": spec.picture,
        "portrait": spec.portrait,
        "logo": spec.logo,
    }
    found: dict[PictureName, Image.Image] = {}
    for name, digest in named.items():
        file = read(session, bytes.fromhex(digest)) if digest else None
        if file is not None:
            image = Image.open(BytesIO(file.content))
            found[name] = image if image.mode == "RGBA" else image.convert("RGB")
    return found
