"""Where things are kept, by the settings: the part of the composition root that commands without a service need."""

from collections.abc import Mapping

from app.knobs import Settings
from app.usecases.services import Backups
from domain.errors import SettingsError
from domain.storage import ObjectStore
from infra.objects_at import Access, objects_at
from infra.objects_fs import FileObjectStore

_OUTLIVES = ("releases",)
"""What of a data folder is neither an artifact nor made anew. The first key's secret is not among it: it is shown once,
and kept in no second place.
"""


def open_objects(settings: Settings) -> ObjectStore:
    """The store of the artifacts."""
    return objects_at(settings.store.url or str(settings.data_dir / "artifacts"), access(settings))


def open_sources(settings: Settings) -> Mapping[str, ObjectStore]:
    """All that a backup holds and a restore brings back, by name."""
    return {"artifacts": open_objects(settings), "data": FileObjectStore(settings.data_dir, only=_OUTLIVES)}


def open_backups(settings: Settings, url: str | None = None) -> Backups | None:
    """How and where to back up (there, or where the settings say); None when nobody says where."""
    where = url or settings.backup.url
    if not where:
        return None
    knobs = settings.backup
    if knobs.every_days <= 0 or knobs.sets < 0:
        raise SettingsError("Backups are made every so many days, more than 0, and 0 or more sets of them are kept.")
    return Backups(
        sources=open_sources(settings),
        target=objects_at(where, access(settings)),
        every_days=knobs.every_days,
        full_days=knobs.full_days,
        sets=knobs.sets,
    )


def access(settings: Settings) -> Access:
    """How buckets are reached."""
    store = settings.store
    return Access(
        region=store.region,
        endpoint=store.endpoint,
        key_id=store.key_id,
        secret=store.secret.value if store.secret else None,
        path_style=store.path_style,
    )
