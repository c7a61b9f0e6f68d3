"""A store of objects by its address: a folder, or `s3://bucket/prefix`."""

from pathlib import Path
from urllib.parse import unquote, urlsplit

import msgspec

from domain.errors import SettingsError
from domain.storage import ObjectStore
from infra.objects_fs import FileObjectStore


class Access(msgspec.Struct, frozen=True, kw_only=True):
    """How buckets are reached."""

    region: str
    endpoint: str | None = None
    key_id: str | None = None
    secret: str | None = None
    path_style: bool = True

    def __repr__(self) -> str:
        return f"Access(region={self.region!r}, endpoint={self.endpoint!r})"


def objects_at(url: str, access: Access) -> ObjectStore:
    """The store at `s3://bucket/prefix`, `file:///folder` or a folder. Raises SettingsError for any other address."""
    split = urlsplit(url)
    if split.scheme == "s3" and split.hostname and not split.username:
        # Its client is loaded only where there is a bucket.
        from infra.objects_s3 import S3ObjectStore  # noqa: PLC0415

        return S3ObjectStore(
            split.netloc,
            split.path,
            region=access.region,
            endpoint=access.endpoint,
            key_id=access.key_id,
            secret=access.secret,
            path_style=access.path_style,
        )
    if split.scheme == "file" and not split.netloc and split.path:
        return FileObjectStore(Path(unquote(split.path)))
    if "://" not in url and url:
        return FileObjectStore(Path(url))
    raise SettingsError(
        f"No store is reached under a {split.scheme or 'missing'}:// address: use s3://bucket/prefix or a folder."
    )
