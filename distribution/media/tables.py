"""The files, and the copies of pictures of other hosts."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, LargeBinary, Text
from sqlalchemy.orm import Mapped, mapped_column

from distribution.db.base import Base
from distribution.db.types import UtcTime


class MediaFile(Base):
    """A file by the SHA-256 of its content; width and height only of pictures."""

    __tablename__ = "media_files"
    __table_args__ = (
        Index("media_files_created_at_idx", "created_at"),
        CheckConstraint("octet_length(digest) = 32", name="digest"),
    )

    digest: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    content_type: Mapped[str] = mapped_column(Text)
    content: Mapped[bytes] = mapped_column(LargeBinary)
    width: Mapped[int | None] = mapped_column(Integer)
    height: Mapped[int | None] = mapped_column(Integer)
    created_at: Mapped[UtcTime]


class PictureCopy(Base):
    """What was found under the address of a picture, or why it could not be had."""

    __tablename__ = "picture_copies"

    address: Mapped[str] = mapped_column(Text, primary_key=True)
    digest: Mapped[bytes | None] = mapped_column(ForeignKey("distribution.media_files.digest"))
    problem: Mapped[str | None] = mapped_column(Text)
    fetched_at: Mapped[UtcTime]


class Portrait(Base):
    """The picture that a distributor shows of themselves, or of their brand."""

    __tablename__ = "portraits"

    distributor_id: Mapped[UUID] = mapped_column(primary_key=True)
    digest: Mapped[bytes] = mapped_column(ForeignKey("distribution.media_files.digest"))
    set_at: Mapped[UtcTime]


class BrandPicture(Base):
    """A picture of the program's own, by what it is for."""

    __tablename__ = "brand_pictures"
    __table_args__ = (CheckConstraint("use = 'logo'", name="use"),)

    use: Mapped[str] = mapped_column(Text, primary_key=True)
    digest: Mapped[bytes] = mapped_column(ForeignKey("distribution.media_files.digest"))
    set_at: Mapped[UtcTime]
