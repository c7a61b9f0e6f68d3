"""What any ring of keys promises, and what keys in a store of objects promise beside it."""

import asyncio
import stat
from datetime import timedelta

import pytest

from app.usecases.keys import Wish, create_key, keep_fresh, revoke_key, rotate_key
from domain.access_errors import KeyEndedError, KeyNotFoundError
from domain.errors import BackendUnavailableError, SettingsError
from domain.keys import Keys, digest_of
from domain.records import Key
from infra.keys_objects import ObjectKeys
from infra.objects_fs import FileObjectStore
from infra.private_file import write_private
from tests.fakes.clock import START, FakeClock
from tests.fakes.objects import MemoryObjectStore
from tests.fakes.world import MemoryKeys

HOUR = timedelta(hours=1)


def a_key(secret: str, **changes) -> Key:
    kept = secret if changes.pop("plain", False) else digest_of(secret)
    return Key(id=f"key_{secret}", name=secret, tenant="acme", sha256=kept, created_at=START, **changes)


@pytest.fixture(params=["memory", "objects", "files"])
def ring(request: pytest.FixtureRequest, tmp_path) -> tuple[Keys, bool]:
    """A ring, and whether it keeps secrets as they are."""
    if request.param == "memory":
        return MemoryKeys(), True
    return ObjectKeys(MemoryObjectStore() if request.param == "objects" else FileObjectStore(tmp_path)), False


async def test_a_key_is_found_by_its_secret_alone(ring):
    keys, plain = ring
    one, two = a_key("one", plain=plain), a_key("two", plain=plain)

    assert [await keys.add(one), await keys.add(two), await keys.add(one)] == [True, True, False]

    assert keys.find("two", START) == two
    assert keys.find("three", START) is None
    assert keys.find("", START) is None
    assert [kept.key for kept in keys.all()] == [one, two]


async def test_a_key_opens_until_it_expires(ring):
    keys, plain = ring
    await keys.add(a_key("one", plain=plain, expires_at=START + HOUR))

    assert keys.find("one", START + HOUR - timedelta(seconds=1))
    assert keys.find("one", START + HOUR) is None


async def test_a_revoked_key_opens_nothing_and_is_revoked_once(ring):
    keys, plain = ring
    await keys.add(a_key("one", plain=plain))

    assert [await keys.revoke("key_one", START), await keys.revoke("key_one", START + HOUR)] == [True, False]

    assert keys.find("one", START) is None
    assert keys.all()[0].revoked_at == START


async def test_a_replaced_key_ends_after_its_grace_and_has_one_successor(ring):
    keys, plain = ring
    await keys.add(a_key("one", plain=plain))

    assert await keys.replace("key_one", "key_two", START + HOUR)
    assert not await keys.replace("key_one", "key_three", START + 9 * HOUR)

    assert keys.find("one", START + HOUR / 2)
    assert keys.find("one", START + HOUR) is None
    assert keys.all()[0].replaced_by == "key_two"


async def test_what_another_process_did_is_seen_with_a_refresh(tmp_path):
    here, there = (ObjectKeys(FileObjectStore(tmp_path)) for _ in range(2))
    await there.add(a_key("one"))

    assert here.find("one", START) is None
    await here.refresh()
    assert here.find("one", START) == a_key("one")

    await there.revoke("key_one", START)
    await here.refresh()
    assert here.find("one", START) is None


async def test_the_files_know_no_secret_and_only_their_owner_reads_them(tmp_path):
    _, secret = await create_key(FakeClock(), ObjectKeys(FileObjectStore(tmp_path)), Wish(name="robot"))

    (file,) = (tmp_path / "keys").glob("*.json")
    assert digest_of(secret) in file.read_text()
    assert secret not in file.read_text()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


async def test_a_key_that_cannot_be_read_opens_nothing_and_hinders_no_other():
    objects = MemoryObjectStore()
    keys = ObjectKeys(objects)
    await keys.add(a_key("one"))
    await keys.add(a_key("two"))
    objects.objects["keys/key_one.revoked.json"] = b"{"
    objects.objects["keys/stray.json"] = b"hola"

    await keys.refresh()

    assert keys.find("one", START) is None
    assert keys.find("two", START)


async def test_a_use_is_written_once_in_ten_minutes():
    objects = MemoryObjectStore()
    keys = ObjectKeys(objects)
    await keys.add(a_key("one"))

    async def used_at(minutes):
        keys.find("one", START + timedelta(minutes=minutes))
        return await keys.note_use()

    assert [await used_at(minutes) for minutes in (0, 1, 9, 10, 11)] == [1, 0, 0, 1, 0]
    assert await ObjectKeys(objects).note_use() == 0


async def test_a_rotated_key_has_another_secret_and_all_else_of_the_old_one():
    clock, keys = FakeClock(), ObjectKeys(MemoryObjectStore())
    old, first = await create_key(clock, keys, Wish(name="r", tenant="acme", tier="premium", scopes="operate", days=9))

    new, second = await rotate_key(clock, keys, old.id, grace=HOUR)

    assert first != second
    assert (new.name, new.tenant, new.tier, new.scopes, new.expires_at) == (
        "r",
        "acme",
        "premium",
        ("operate",),
        old.expires_at,
    )
    assert keys.find(first, START + HOUR / 2) == old
    assert keys.find(first, START + HOUR) is None
    assert keys.find(second, START + HOUR) == new
    with pytest.raises(KeyEndedError):
        await rotate_key(clock, keys, old.id, grace=HOUR)
    await revoke_key(clock, keys, new.id)
    with pytest.raises(KeyEndedError):
        await rotate_key(clock, keys, new.id, grace=HOUR)
    with pytest.raises(KeyNotFoundError):
        await revoke_key(clock, keys, "key_none")


@pytest.mark.parametrize("wish", [{"scopes": ""}, {"scopes": "fly"}, {"tier": "gold"}, {"days": 0.0}, {"days": 1e9}])
async def test_a_wish_that_cannot_be_granted_makes_no_key(wish):
    keys = ObjectKeys(MemoryObjectStore())

    with pytest.raises(SettingsError):
        await create_key(FakeClock(), keys, Wish(**{"name": "robot", **wish}))

    assert keys.all() == ()


def test_a_private_file_was_never_readable_by_others(tmp_path):
    write_private(tmp_path / "first_key", b"dk_x\n")

    assert stat.S_IMODE((tmp_path / "first_key").stat().st_mode) == 0o600
    assert [p.name for p in tmp_path.iterdir()] == ["first_key"]


async def test_keys_of_a_store_are_known_once_they_were_read():
    objects = MemoryObjectStore()
    keys = ObjectKeys(objects)
    before = keys.known
    await keys.refresh()

    assert (before, keys.known) == (False, True)


async def test_keys_that_could_not_be_read_at_first_are_begun_with_once_their_store_is_back():
    keys, tried, there = ObjectKeys(MemoryObjectStore()), [], asyncio.Event()

    async def begin():
        tried.append(len(tried))
        if len(tried) < 3:
            raise BackendUnavailableError("The bucket does not answer.", backend="storage")
        await create_key(FakeClock(), keys, Wish(name="first"))
        there.set()

    task = asyncio.create_task(keep_fresh(keys, seconds=0.001, begin=begin))
    async with asyncio.timeout(5):
        await there.wait()
    task.cancel()

    assert ([kept.key.name for kept in keys.all()], tried) == (["first"], [0, 1, 2])
