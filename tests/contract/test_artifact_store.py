"""What any store of artifacts promises: whole files or none, and uploads by their hash."""

import gzip
import resource
import tarfile
from hashlib import sha256

import pytest

from domain.errors import BackendUnavailableError, DecalogoError
from domain.storage import ArtifactStore
from infra.artifacts_objects import ObjectArtifactStore
from infra.objects_fs import FileObjectStore
from tests.fakes.artifacts import MemoryArtifactStore


def files(tmp_path) -> ObjectArtifactStore:
    return ObjectArtifactStore(FileObjectStore(tmp_path))


@pytest.fixture(params=["memory", "files", "s3"])
def store(request: pytest.FixtureRequest, tmp_path) -> ArtifactStore:
    if request.param == "memory":
        return MemoryArtifactStore()
    if request.param == "files":
        return files(tmp_path)
    s3 = request.getfixturevalue("s3")
    return ObjectArtifactStore(s3.store(s3.bucket()))


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
    store = files(tmp_path)
    data = b"z" * 1_500_000

    await store.write("j", "results/a/evaluation_results.json", data)

    names = [p.name for p in tmp_path.rglob("*") if p.is_file()]
    assert names == ["evaluation_results.json.gz"]
    assert gzip.decompress((tmp_path / "batch_jobs/j/results/a/evaluation_results.json.gz").read_bytes()) == data


A_JOB = {
    "metadata.json": b"{}",
    "summary.json": b'{"average_score":7.5}',
    "batch.log": b"started\nended\n",
    "results/a/evaluation_results.json": b"[1]" * 700_000,
    "results/a/document.json": b"{}",
    "results/~0001/document.json": b"[]",
}


async def a_kept_job(store, job_id="j"):
    """A job with an upload; the digest of that."""
    for path, data in A_JOB.items():
        await store.write(job_id, path, data)
    return (await store.put_upload(job_id, chunks(b"%PDF-1.7 ", b"x" * 3000)))[0]


async def test_an_archived_job_reads_as_before_and_is_no_longer_among_the_others(store):
    digest = await a_kept_job(store)
    await a_kept_job(store, "k")

    assert await store.archive("j")

    assert {path: await store.read("j", path) for path in A_JOB} == A_JOB
    assert await store.get_upload("j", digest) == b"%PDF-1.7 " + b"x" * 3000
    assert await store.read("j", "results/b/document.json") is None
    assert [job async for job in store.jobs()] == ["k"]
    assert [job async for job in store.archived()] == ["j"]


async def test_what_is_written_to_an_archived_job_covers_what_is_archived_and_is_archived_with_it(store):
    digest = await a_kept_job(store)
    await store.archive("j")

    await store.write("j", "metadata.json", b'{"state":"queued"}')
    assert await store.read("j", "metadata.json") == b'{"state":"queued"}'
    await store.archive("j")

    assert await store.read("j", "metadata.json") == b'{"state":"queued"}'
    assert await store.read("j", "summary.json") == A_JOB["summary.json"]
    assert await store.get_upload("j", digest)
    assert [job async for job in store.jobs()] == []


async def test_a_deleted_job_is_gone_from_the_archive_too(store):
    digest = await a_kept_job(store)
    await store.archive("j")
    await store.write("j", "batch.log", b"more")

    await store.delete("j")
    await store.delete("j")

    assert [await store.read("j", path) for path in A_JOB] == [None] * len(A_JOB)
    assert [job async for job in store.archived()] == []
    with pytest.raises((FileNotFoundError, KeyError)):
        await store.get_upload("j", digest)


async def test_files_without_a_record_are_no_job_to_archive(store):
    await store.write("j", "documents/x", b"half an upload")

    assert not await store.archive("j")
    assert not await store.archive("nobody")

    assert await store.read("j", "documents/x") == b"half an upload"


async def test_the_use_is_told_by_job_archived_or_not(store):
    await store.write("j", "metadata.json", b"1234")
    await store.write("k", "metadata.json", b"x" * 1000)
    await store.archive("k")

    usage = await store.usage()

    assert usage["j"] == 4
    assert usage["k"] > 0


async def test_an_archive_is_a_plain_tar_that_other_programs_read(tmp_path):
    await a_kept_job(files(tmp_path))
    await files(tmp_path).archive("j")
    (packed,) = (tmp_path / "archive" / "j").glob("*.tar.xz")

    with tarfile.open(packed) as tar:
        found = {member.name: tar.extractfile(member).read() for member in tar}

    assert A_JOB.items() <= found.items()
    assert sha256(packed.read_bytes()).hexdigest() == packed.name.removesuffix(".tar.xz")


@pytest.mark.parametrize("path", ["../other/metadata.json", "results/../../x", "a//b", "", "a/\0"])
async def test_no_path_leaves_the_store(tmp_path, path):
    with pytest.raises(DecalogoError):
        await files(tmp_path).write("j", path, b"")


@pytest.fixture
def full_disk(tmp_path):
    """No file of this process may grow beyond 1000 bytes."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.parametrize("size", [1001, 100_000])
async def test_a_full_disk_is_said_to_be_away_and_keeps_no_halves(tmp_path, full_disk, size):
    store = files(tmp_path)

    with pytest.raises(BackendUnavailableError):
        await store.put_upload("j", chunks(b"x" * size))
    with pytest.raises(BackendUnavailableError):
        await store.put_uploads("j", [b"small", b"x" * size])
    with pytest.raises(BackendUnavailableError):
        await store.write("j", "summary.json", b"x" * size)
    with pytest.raises(BackendUnavailableError):
        await store.write_gzip("j", "summary.json", b"x" * size)

    assert [p.name for p in tmp_path.rglob("*") if p.is_file()] == [sha256(b"small").hexdigest()]
