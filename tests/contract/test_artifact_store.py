"""What any store of artifacts promises: whole files or none, and uploads by their hash."""

import gzip
import resource
from hashlib import sha256

import pytest

from domain.errors import BackendUnavailableError, DecalogoError
from domain.ports import ArtifactStore
from infra.artifacts_fs import FileArtifactStore
from tests.fakes.artifacts import MemoryArtifactStore


@pytest.fixture(params=["memory", "files"])
def store(request: pytest.FixtureRequest, tmp_path) -> ArtifactStore:
    return MemoryArtifactStore() if request.param == "memory" else FileArtifactStore(tmp_path)


async def chunks(*parts: bytes, then: Exception | None = None):
    for part in parts:
        yield part
    if then:
        raise then


async def test_an_upload_is_named_by_its_hash(store):
    digest, size = await store.put_upload("j", chunks(b"hola ", b"mundo"))

    assert (digest, size) == (sha256(b"hola mundo").hexdigest(), 10)
    assert await store.get_upload("j", digest) == b"hola mundo"


async def test_uploads_at_hand_are_kept_together_each_named_by_its_hash(store):
    texts = [b"uno", b"dos", b"uno"]

    digests = await store.put_uploads("j", texts)

    assert list(digests) == [sha256(text).hexdigest() for text in texts]
    assert [await store.get_upload("j", digest) for digest in digests] == texts


async def test_an_upload_that_breaks_off_leaves_nothing(store):
    with pytest.raises(ConnectionError):
        await store.put_upload("j", chunks(b"hola", then=ConnectionError()))

    assert [job async for job in store.jobs()] in ([], ["j"])
    assert await store.read("j", f"documents/{sha256(b'hola').hexdigest()}") is None


@pytest.mark.parametrize("size", [0, 10, 1024 * 1024, 1024 * 1024 + 1, 3_000_000])
async def test_what_is_written_is_read(store, size):
    data = b"x" * size

    await store.write("j", "results/a/evaluation_results.json", data)

    assert await store.read("j", "results/a/evaluation_results.json") == data


async def test_a_second_writing_replaces_the_first_even_when_compression_changes(store):
    for data in (b"x" * 2_000_000, b"small", b"y" * 2_000_000):
        await store.write("j", "summary.json", data)

        assert await store.read("j", "summary.json") == data


async def test_what_came_compressed_in_many_members_is_read_as_it_was_before(store):
    await store.write("j", "summary.json", b"before")

    await store.write_gzip("j", "summary.json", gzip.compress(b"hola ") + gzip.compress(b"mundo"))

    assert await store.read("j", "summary.json") == b"hola mundo"


async def test_what_is_not_there_is_none(store):
    assert await store.read("j", "summary.json") is None


async def test_a_deleted_job_is_gone(store):
    await store.write("j", "metadata.json", b"{}")
    await store.write("k", "metadata.json", b"{}")

    await store.delete("j")

    assert [job async for job in store.jobs()] == ["k"]


async def test_a_large_file_lies_compressed_and_no_parts_are_left(tmp_path):
    store = FileArtifactStore(tmp_path)
    data = b"z" * 1_500_000

    await store.write("j", "results/a/evaluation_results.json", data)

    names = [p.name for p in tmp_path.rglob("*") if p.is_file()]
    assert names == ["evaluation_results.json.gz"]
    assert gzip.decompress((tmp_path / "batch_jobs/j/results/a/evaluation_results.json.gz").read_bytes()) == data


@pytest.mark.parametrize("path", ["../other/metadata.json", "results/../../x", "a//b", "", "a/\0"])
async def test_no_path_leaves_the_store(tmp_path, path):
    with pytest.raises(DecalogoError):
        await FileArtifactStore(tmp_path).write("j", path, b"")


@pytest.fixture
def full_disk(tmp_path):
    """No file of this process may grow beyond 1000 bytes."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.parametrize("size", [1001, 100_000])
async def test_a_full_disk_is_said_to_be_away_and_keeps_no_halves(tmp_path, full_disk, size):
    store = FileArtifactStore(tmp_path)

    with pytest.raises(BackendUnavailableError):
        await store.put_upload("j", chunks(b"x" * size))
    with pytest.raises(BackendUnavailableError):
        await store.put_uploads("j", [b"small", b"x" * size])
    with pytest.raises(BackendUnavailableError):
        await store.write("j", "summary.json", b"x" * size)
    with pytest.raises(BackendUnavailableError):
        await store.write_gzip("j", "summary.json", b"x" * size)

    assert [p.name for p in tmp_path.rglob("*") if p.is_file()] == [sha256(b"small").hexdigest()]
