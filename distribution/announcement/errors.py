"""What can go wrong with announcements."""

from __future__ import annotations

from uuid import UUID

from distribution.errors import Conflict, NotFound


class AnnouncementNotFound(NotFound):
    """There is no such announcement."""

    code = "announcement_not_found"

    def __init__(self, announcement_id: UUID) -> None:
        super().__init__("there is no such announcement", announcement_id=announcement_id)


class AlreadyPublished(Conflict):
    """What people have read is not changed under their eyes: withdraw it and write another."""

    code = "announcement_published"

    def __init__(self, announcement_id: UUID) -> None:
        super().__init__("this announcement is published already", announcement_id=announcement_id)
