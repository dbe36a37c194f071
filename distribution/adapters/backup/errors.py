"""Why there is no backup, or nothing was restored."""

from __future__ import annotations

from distribution.errors import Conflict, DomainError


class BackupRefused(Conflict):
    """The file or the database is not one that this may be done with; nothing was changed."""

    code = "backup_refused"


class BackupFailed(DomainError):
    """PostgreSQL's own tool is missing or failed; nothing is left half done."""

    code = "backup_failed"
