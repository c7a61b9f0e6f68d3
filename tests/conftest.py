"""Things with a lifetime: one Valkey server for the whole run, emptied for each test, and one S3 server."""

from collections.abc import AsyncIterator, Iterator
from typing import TYPE_CHECKING

import pytest
import pytest_asyncio
from redis.asyncio import Redis

from infra.redis_client import pool
from infra.valkey_embedded import embedded_valkey

if TYPE_CHECKING:
    from tests.fakes.s3 import S3

pytest_plugins = ["tests.fault_table"]


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def valkey_url(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[str]:
    """The URL of a real server that lives as long as the run."""
    async with embedded_valkey(tmp_path_factory.mktemp("valkey")) as url:
        yield url


@pytest_asyncio.fixture
async def redis(valkey_url: str) -> AsyncIterator[Redis]:
    """A client of the server, which is empty."""
    connections = pool(valkey_url, password=None, size=10, patience=3)
    client = Redis(connection_pool=connections)
    await client.flushall()
    yield client
    await connections.aclose()


@pytest.fixture(scope="session")
def s3() -> "Iterator[S3]":
    """A real S3 server that lives as long as the run."""
    from tests.fakes.s3 import s3_server  # its client takes a while to load, and few tests need it

    with s3_server() as server:
        yield server
