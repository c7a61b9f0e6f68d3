"""Bearer keys in one JSON file, hashed; a running service sees keys that another process adds."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from hmac import compare_digest
from pathlib import Path

import msgspec

from domain.ports import Keys
from domain.records import Key


class FileKeys(Keys):
    """`<data>/keys.json`, readable by its owner only."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._seen: tuple[int, int] | None = None
        self._keys: tuple[Key, ...] = ()

    def find(self, secret: str) -> Key | None:
        """The key with this secret, compared in constant time: every key is looked at whatever matches."""
        digest = digest_of(secret)
        found = None
        for key in self.all():
            if compare_digest(key.sha256, digest):
                found = key
        return found

    def add(self, key: Key) -> None:
        """Keep a new key, durably."""
        with self._locked():
            self._seen = None
            write_private(self._file, msgspec.json.format(msgspec.json.encode([*self.all(), key])))

    def all(self) -> tuple[Key, ...]:
        """Every key, oldest first."""
        try:
            stat = self._file.stat()
        except FileNotFoundError:
            return ()
        if (seen := (stat.st_mtime_ns, stat.st_ino)) != self._seen:
            self._keys = msgspec.json.decode(self._file.read_bytes(), type=tuple[Key, ...])
            self._seen = seen
        return self._keys

    @contextmanager
    def _locked(self) -> Iterator[None]:
        self._file.parent.mkdir(parents=True, exist_ok=True)
        with self._file.with_name(self._file.name + ".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


def digest_of(secret: str) -> str:
    """What is kept of a secret. It is long and random, so a plain hash of it cannot be guessed back."""
    return sha256(secret.encode()).hexdigest()


def write_private(file: Path, data: bytes) -> None:
    """Write a file that only its owner may read, whole or not at all."""
    file.parent.mkdir(parents=True, exist_ok=True)
    part = file.with_name(f".{file.name}.{os.getpid()}")
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as out:
        out.write(data)
        out.flush()
        os.fsync(out.fileno())
    part.replace(file)
