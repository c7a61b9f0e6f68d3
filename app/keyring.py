"""The bearer keys of a service, by the settings: where they lie, and the first of them."""

import msgspec
import structlog

from app.knobs import Settings
from app.stores import open_objects
from app.usecases.keys import Wish, create_key
from domain.errors import BackendUnavailableError
from domain.keys import Keys
from domain.ports import Clock
from domain.records import Key
from infra.keys_objects import ObjectKeys
from infra.private_file import write_private

_log = structlog.get_logger()


def open_keys(settings: Settings) -> ObjectKeys:
    """The keys of this service, which lie where its artifacts do; not read yet."""
    return ObjectKeys(open_objects(settings))


async def read_keys(settings: Settings, clock: Clock, keys: Keys) -> None:
    """Read the keys; where their store is away the service lives, and nobody comes in until it is back."""
    try:
        await keys.refresh()
        await _first_key(settings, clock, keys)
    except BackendUnavailableError as error:
        _log.warning("keys_not_read", error=str(error))


async def _first_key(settings: Settings, clock: Clock, keys: Keys) -> None:
    """Without a key nobody could come in: the first start makes one, and writes its secret where its owner reads it.

    Keys in the file that older versions had are taken over.
    """
    file = settings.data_dir / "keys.json"
    if not keys.all() and file.is_file():
        for key in msgspec.json.decode(file.read_bytes(), type=tuple[Key, ...]):
            await keys.add(key)
    if not keys.all():
        wish = Wish(name="first", scopes="submit,read,operate", tier="enterprise")
        if made := await create_key(clock, keys, wish, key_id="key_first"):
            write_private(settings.data_dir / "first_key", made[1].encode() + b"\n")
