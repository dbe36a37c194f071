"""The file: a plain tar of clicks, manifest, PostgreSQL's own dump, and their SHA-256 in the form of `sha256sum`."""

from __future__ import annotations

import hashlib
import json
import tarfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from distribution.adapters.backup.errors import BackupRefused

FORMAT = 1
CLICKS, MANIFEST, DATABASE, SUMS = "clicks.jsonl", "manifest.json", "database.dump", "SHA256SUMS"
_PIECE = 1 << 20
_OWNER_ALONE = 0o600


class Writer:
    """Writes members one after another whose sizes nobody knows before their end."""

    def __init__(self, file: BinaryIO, *, written_at: int) -> None:
        self._file = file
        self._written_at = written_at
        self._sums: list[str] = []

    def add(self, name: str, pieces: Iterable[bytes]) -> int:
        """Add a member and return how many bytes it has."""
        begins, size, digest = self._file.tell(), 0, hashlib.sha256()
        self._file.write(bytes(tarfile.BLOCKSIZE))
        for piece in pieces:
            self._file.write(piece)
            digest.update(piece)
            size += len(piece)
        self._file.write(bytes(-size % tarfile.BLOCKSIZE))
        ends = self._file.tell()
        entry = tarfile.TarInfo(name)
        entry.size, entry.mtime, entry.mode = size, self._written_at, _OWNER_ALONE
        self._file.seek(begins)
        # One block whatever the size, which was left free for it.
        self._file.write(entry.tobuf(tarfile.GNU_FORMAT))
        self._file.seek(ends)
        self._sums.append(f"{digest.hexdigest()}  {name}\n")
        return size

    def finish(self) -> None:
        """Add the checksums and the end: without them the file is no backup."""
        self.add(SUMS, ["".join(self._sums).encode()])
        self._file.write(bytes(2 * tarfile.BLOCKSIZE))


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup whose checksums hold; `digest` names it among all others."""

    manifest: dict[str, Any]
    digest: str
    dump_bytes: int
    _tar: tarfile.TarFile

    def clicks(self) -> Iterator[dict[str, str]]:
        """The clicks that waited in Redis."""
        member = self._tar.extractfile(CLICKS)
        assert member is not None
        for line in member:
            yield json.loads(line)

    def dump(self) -> Iterator[bytes]:
        """PostgreSQL's dump, in pieces."""
        yield from _pieces(self._tar, self._tar.getmember(DATABASE))


@contextmanager
def opened(path: Path) -> Iterator[Backup]:
    """The backup in a file, read once from end to end before anything else; raises BackupRefused."""
    try:
        with tarfile.open(path, "r:") as tar:
            yield _checked(path, tar)
    except tarfile.TarError as error:
        raise BackupRefused(f"{path} is no backup, or only a part of one: {error}") from None


def _checked(path: Path, tar: tarfile.TarFile) -> Backup:
    members = {member.name: member for member in tar.getmembers()}
    if set(members) != {CLICKS, MANIFEST, DATABASE, SUMS}:
        raise BackupRefused(f"{path} is no backup, or only a part of one: it lacks or has what it should not")
    sums = b"".join(_pieces(tar, members[SUMS]))
    for line in sums.decode("ascii", "replace").splitlines():
        expected, _, name = line.partition("  ")
        digest = hashlib.sha256()
        for piece in _pieces(tar, members[name]) if name in members else ():
            digest.update(piece)
        if digest.hexdigest() != expected:
            raise BackupRefused(f"{path} is damaged: the checksum of {name} does not hold")
    if sums.count(b"\n") != len(members) - 1:
        raise BackupRefused(f"{path} is damaged: it lacks checksums")
    manifest = json.loads(b"".join(_pieces(tar, members[MANIFEST])))
    if manifest["format"] > FORMAT:
        raise BackupRefused(
            f"{path} was written by version {manifest['version']}, which is newer than this one"
        )
    return Backup(manifest, hashlib.sha256(sums).hexdigest(), members[DATABASE].size, tar)


def _pieces(tar: tarfile.TarFile, member: tarfile.TarInfo) -> Iterator[bytes]:
    content = tar.extractfile(member)
    if content is None:
        raise BackupRefused(f"{member.name} of the backup is no file")
    while piece := content.read(_PIECE):
        yield piece
