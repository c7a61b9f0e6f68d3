"""Objects in an S3-compatible bucket.

An upload whose hash is known only at its end goes to `.parts/` in pieces, and the bucket copies it into its place; what
a death leaves there is swept. Pieces of an upload that broke off inside the bucket cost room that no listing shows, so
the bucket should have a lifecycle rule that aborts incomplete multipart uploads.
"""

import asyncio
import re
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import obstore
from obstore.exceptions import AlreadyExistsError, BaseError
from obstore.store import S3Store

from domain.errors import BackendUnavailableError, DecalogoError
from domain.records import Space
from domain.storage import UNBOUNDED, Digested, ObjectStore, Stored

if TYPE_CHECKING:  # there is no such name when it runs
    from obstore.store import S3Config

_PARTS = ".parts"
_PIECE = 8 * 1024 * 1024
_AT_ONCE = 2
_WRITERS = 8
_MOST_AT_ONCE = 1000
"""Deletions that one request may hold."""
_STATUS = re.compile(r"status code: (\d{3})")


class S3ObjectStore(ObjectStore):
    """The objects of `bucket` whose keys begin with `prefix`. Memory is bounded: at most three pieces of 8 MB a stream.

    Without a key the credentials are those of the machine, as every S3 client finds them.
    """

    def __init__(
        self,
        bucket: str,
        prefix: str = "",
        *,
        region: str,
        endpoint: str | None = None,
        key_id: str | None = None,
        secret: str | None = None,
        path_style: bool = True,
        patience: timedelta = timedelta(seconds=10),
    ) -> None:
        config: S3Config = {"region": region, "virtual_hosted_style_request": not path_style}
        if endpoint:
            config["endpoint"] = endpoint
        if key_id and secret:
            config["access_key_id"] = key_id
            config["secret_access_key"] = secret
        self._store = S3Store(
            bucket,
            prefix=prefix.strip("/") or None,
            config=config,
            client_options={
                "allow_http": bool(endpoint and endpoint.startswith("http://")),
                "connect_timeout": timedelta(seconds=5),
                "timeout": timedelta(seconds=60),
            },
            retry_config={"max_retries": 5, "retry_timeout": patience},
        )

    async def put(self, name: str, data: bytes) -> None:
        """Keep the bytes in the place of what was there."""
        with _answering():
            await obstore.put_async(self._store, _key(name), data, chunk_size=_PIECE, max_concurrency=_AT_ONCE)

    async def put_all(self, items: Mapping[str, bytes]) -> None:
        """Keep several, each whole or not at all; some at once."""
        todo = iter(items.items())

        async def some() -> None:
            for name, data in todo:
                await self.put(name, data)

        await asyncio.gather(*(some() for _ in range(_WRITERS)))

    async def create(self, name: str, data: bytes) -> bool:
        """Keep the bytes if nothing of that name is there; True for exactly one of all callers."""
        with _answering():
            try:
                await obstore.put_async(self._store, _key(name), data, mode="create")
            except AlreadyExistsError:
                return False
        return True

    async def put_digested(self, folder: str, chunks: AsyncIterator[bytes], *, suffix: str = "") -> Digested:
        """Stream bytes of any size to `folder/<sha256><suffix>`; nothing is left when the stream raises."""
        source = _Source(chunks)
        head = await source.read(_PIECE)
        if source.ended:
            await self.put(f"{folder}/{source.digest()}{suffix}", head)
            return Digested(sha256=source.digest(), size=source.size)
        part = f"{_PARTS}/{uuid4().hex}"
        try:
            with _answering():
                await source.watched(
                    obstore.put_async(
                        self._store,
                        part,
                        source.rest(head),
                        use_multipart=True,
                        chunk_size=_PIECE,
                        max_concurrency=_AT_ONCE,
                    )
                )
                await obstore.copy_async(self._store, part, _key(f"{folder}/{source.digest()}{suffix}"))
        finally:
            with _answering():
                await obstore.delete_async(self._store, part)
        return Digested(sha256=source.digest(), size=source.size)

    async def get(self, name: str, *, start: int = 0, length: int | None = None) -> bytes | None:
        """The bytes, or so many of them from there; None when there is no such object."""
        try:
            with _answering():
                if length is not None:
                    return bytes(await obstore.get_range_async(self._store, _key(name), start=start, length=length))
                found = await obstore.get_async(self._store, _key(name))
                return bytes(await found.bytes_async())[start:]
        except FileNotFoundError:
            return None

    async def stream(self, name: str) -> AsyncIterator[bytes]:
        """The bytes in pieces. Raises FileNotFoundError when there is no such object."""
        with _answering():
            found = await obstore.get_async(self._store, _key(name))
            async for piece in found.stream(min_chunk_size=1024 * 1024):
                yield bytes(piece)

    async def list(self, folder: str = "") -> AsyncIterator[Stored]:
        """What lies in a folder and below, by name."""
        with _answering():
            async for page in obstore.list(self._store, prefix=_key(folder) if folder else None, chunk_size=1000):
                for found in page:
                    if not found["path"].startswith(f"{_PARTS}/"):
                        yield Stored(
                            name=found["path"],
                            size=found["size"],
                            modified=found["last_modified"],
                            version=found["e_tag"],
                        )

    async def folders(self, folder: str) -> AsyncIterator[str]:
        """The words that follow the folder in names of objects below it, sorted."""
        with _answering():
            found = await obstore.list_with_delimiter_async(self._store, prefix=_key(folder))
        for path in sorted(found["common_prefixes"]):
            yield path.rsplit("/", 1)[-1]

    async def delete(self, names: Sequence[str]) -> None:
        """Remove objects; those that are not there do not matter."""
        keys = [_key(name) for name in names]
        for at in range(0, len(keys), _MOST_AT_ONCE):
            with _answering():
                await obstore.delete_async(self._store, keys[at : at + _MOST_AT_ONCE])

    async def delete_folder(self, folder: str) -> None:
        """Remove all that lies in a folder."""
        await self.delete([stored.name async for stored in self.list(folder)])

    async def sweep(self, before: datetime) -> int:
        """Remove what writers that died left behind before that time; how much it was."""
        stale = []
        with _answering():
            async for page in obstore.list(self._store, prefix=_PARTS):
                stale += [found["path"] for found in page if found["last_modified"] < before]
            if stale:
                await obstore.delete_async(self._store, stale)
        return len(stale)

    async def space(self) -> Space:
        """A bucket has no end that it would tell."""
        return UNBOUNDED


class _Source:
    """A stream of chunks that is hashed while it goes by, and whose own failure is told from the bucket's."""

    def __init__(self, chunks: AsyncIterator[bytes]) -> None:
        self._chunks = chunks
        self._hash = sha256()
        self._failure: BaseException | None = None
        self.size = 0
        self.ended = False

    async def read(self, least: int) -> bytes:
        """At least so many bytes; fewer when the stream has ended."""
        head = bytearray()
        async for chunk in self._chunks:
            self._note(chunk)
            head += chunk
            if len(head) >= least:
                return bytes(head)
        self.ended = True
        return bytes(head)

    async def rest(self, head: bytes) -> AsyncIterator[bytes]:
        """What was read before, and then what comes."""
        yield head
        try:
            async for chunk in self._chunks:
                self._note(chunk)
                yield bytes(chunk)
        except BaseException as error:
            self._failure = error
            raise

    async def watched(self, upload: Any) -> None:
        """Wait for the upload; raises what the stream raised as it was."""
        try:
            await upload
        except BaseException:
            if self._failure is not None:
                raise self._failure from None
            raise

    def digest(self) -> str:
        """The SHA-256 of all that went by."""
        return self._hash.hexdigest()

    def _note(self, chunk: bytes) -> None:
        self._hash.update(chunk)
        self.size += len(chunk)


@contextmanager
def _answering() -> Iterator[None]:
    """What the client says holds parts of signed requests, so only its kind and its status go on."""
    try:
        yield
    except FileNotFoundError as error:
        if "NoSuchBucket" not in str(error):
            raise
        raise BackendUnavailableError("There is no such bucket.", backend="storage") from None
    except BaseError as error:
        status = _STATUS.search(str(error))
        cause = f"{type(error).__name__} {status[1]}" if status else type(error).__name__
        raise BackendUnavailableError(
            f"The bucket does not answer as it should ({cause}).", backend="storage", cause=cause
        ) from None


def _key(name: str) -> str:
    parts = name.split("/")
    if any(part in ("", ".", "..", _PARTS) or "\0" in part for part in parts):
        raise DecalogoError(f"{name} would leave the store.", path=name)
    return name
