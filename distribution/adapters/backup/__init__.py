"""Backup and restore: one file with everything that is needed to start again elsewhere."""

from distribution.adapters.backup.archive import Backup, opened
from distribution.adapters.backup.errors import BackupFailed, BackupRefused
from distribution.adapters.backup.restore import Restored, restore
from distribution.adapters.backup.take import Taken, take

__all__ = ["Backup", "BackupFailed", "BackupRefused", "Restored", "Taken", "opened", "restore", "take"]
