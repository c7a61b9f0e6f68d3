"""What was read before, in one SQLite file that processes share: bounded, and never worth an error."""

import sqlite3
import zlib
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from domain.impressions.model import Memory
from domain.ports import Clock

_CHECK_BYTES = 4
_AT_ONCE = 500
_KEPT_SHARE = 0.9
_PATIENCE_S = 2.0
_SETTLED_S = 3600
"""The time of last use is not written again within this: a reader that only reads need not wait for a writer."""

_TABLES = """
CREATE TABLE IF NOT EXISTS impression (key BLOB PRIMARY KEY, value BLOB NOT NULL, used INTEGER NOT NULL);
CREATE INDEX IF NOT EXISTS impression_used ON impression (used);
"""


class SqliteMemory(Memory):
    """Keeps what was read in `file`, up to about `limit_bytes`; what was not used for longest goes first.

    What was kept under another `space` (a release) is not recalled, but counts for the bounds. A file that is damaged
    is begun anew; one that another process holds for long is done without. Not thread safe.
    """

    def __init__(self, file: Path, *, space: bytes, limit_bytes: int, clock: Clock) -> None:
        self._file = file
        self._space = space
        self._limit = limit_bytes
        self._clock = clock
        self._connection: sqlite3.Connection | None = None

    def recall(self, keys: Sequence[bytes]) -> Mapping[bytes, bytes]:
        """What is remembered of the keys."""
        found: dict[bytes, bytes] = {}
        try:
            for start in range(0, len(keys), _AT_ONCE):
                found |= self._recalled([self._space + key for key in keys[start : start + _AT_ONCE]])
        except (sqlite3.DatabaseError, OSError) as error:
            self._after(error)
        return found

    def keep(self, read: Mapping[bytes, bytes]) -> None:
        """Remember, and forget what was not used for longest where there is too much."""
        if not read:
            return
        used = int(self._clock.now().timestamp())
        rows = [(self._space + key, _checked(value), used) for key, value in read.items()]
        try:
            connection = self._opened()
            with connection:
                connection.executemany("INSERT OR REPLACE INTO impression VALUES (?, ?, ?)", rows)
                self._forget(connection)
        except (sqlite3.DatabaseError, OSError) as error:
            self._after(error)

    def close(self) -> None:
        """Let the file go."""
        if self._connection is not None:
            with suppress(sqlite3.Error):
                self._connection.close()
            self._connection = None

    def _recalled(self, keys: Sequence[bytes]) -> dict[bytes, bytes]:
        connection, now = self._opened(), int(self._clock.now().timestamp())
        marks = ",".join("?" * len(keys))
        rows = connection.execute(
            f"SELECT key, value, used FROM impression WHERE key IN ({marks})",  # noqa: S608 - question marks only
            keys,
        ).fetchall()
        sound = [
            (key, value[_CHECK_BYTES:], used) for key, value, used in rows if value == _checked(value[_CHECK_BYTES:])
        ]
        old = [(now, key) for key, _, used in sound if abs(now - used) > _SETTLED_S]
        if old:
            with connection:
                connection.executemany("UPDATE impression SET used = ? WHERE key = ?", old)
        return {key[len(self._space) :]: value for key, value, _ in sound}

    def _forget(self, connection: sqlite3.Connection) -> None:
        while (size := _size(connection)) > self._limit:
            (count,) = connection.execute("SELECT count(*) FROM impression").fetchone()
            surplus = max(1, int(count * (1 - _KEPT_SHARE * self._limit / size)))
            gone = connection.execute(
                "DELETE FROM impression WHERE key IN (SELECT key FROM impression ORDER BY used, key LIMIT ?)",
                (surplus,),
            )
            if not gone.rowcount:
                return

    def _opened(self) -> sqlite3.Connection:
        if self._connection is None:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            self._connection = sqlite3.connect(self._file, timeout=_PATIENCE_S)
            self._connection.execute("PRAGMA journal_mode = WAL")
            self._connection.execute("PRAGMA synchronous = NORMAL")
            self._connection.executescript(_TABLES)
        return self._connection

    def _after(self, error: sqlite3.DatabaseError | OSError) -> None:
        """A lock, a full disk or a missing folder may pass; any other error says that the file is none of ours."""
        self.close()
        if not isinstance(error, (sqlite3.OperationalError, OSError)):
            for name in (self._file, *(self._file.with_name(self._file.name + end) for end in ("-wal", "-shm"))):
                with suppress(OSError):
                    name.unlink(missing_ok=True)


def _checked(value: bytes) -> bytes:
    return zlib.crc32(value).to_bytes(_CHECK_BYTES) + value


def _size(connection: sqlite3.Connection) -> int:
    """Bytes of the pages that hold something."""
    (pages,), (free,), (each,) = (
        connection.execute(f"PRAGMA {name}").fetchone() for name in ("page_count", "freelist_count", "page_size")
    )
    return int((pages - free) * each)
