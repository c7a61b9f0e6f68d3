"""The service in this process: the real application on a real socket, a real worker beside it, a small child."""

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import httpx
from litestar import Litestar

from app.knobs import Settings
from app.main import create_app, serve
from app.settings import load
from app.usecases.observe import Probe
from app.usecases.services import Services
from app.worker import work

SMALL = "tests.fakes.small_child:make"
T = TypeVar("T")


def settings_for(folder: Path, url: str, **variables: str) -> Settings:
    """Settings of a service in `folder` on that Redis."""
    fixed = {
        "REDIS_URL": url,
        "DECALOGO_DATA_DIR": str(folder),
        "DECALOGO_CHILD": SMALL,
        "LOG_LEVEL": "WARNING",
        "RATE_LIMIT_ENABLED": "false",
    }
    fixed["RATE_LIMIT_ENABLED"] = "false"  # what is not about limits asks as often as it likes
    return load({**fixed, "DECALOGO_CONCURRENCY": "2", "DECALOGO_POLL_SECONDS": "0.02", **variables})


@asynccontextmanager
async def running(settings: Settings, *, workers: int = 1) -> AsyncIterator[httpx.AsyncClient]:
    """A client with the first key, of a service that answers."""
    stop, ready = asyncio.Event(), asyncio.Event()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        tasks = [asyncio.create_task(serve(create_app(settings), listener, stop, on_ready=ready.set))]
        await asyncio.wait_for(ready.wait(), 20)
        tasks += [asyncio.create_task(work(settings, f"w{n}@test", stop)) for n in range(workers)]
        secret = (settings.data_dir / "first_key").read_text().strip()
        async with httpx.AsyncClient(
            base_url=f"http://127.0.0.1:{port}",
            headers={"Authorization": f"Bearer {secret}"},
            trust_env=False,
            timeout=20,
        ) as client:
            try:
                yield client
            finally:
                stop.set()
        await asyncio.gather(*tasks)


@cache
def _application() -> Litestar:
    """One for all tests: only the services in its state are a test's own."""
    return create_app(Settings())


@asynccontextmanager
async def serving(services: Services, *, app: Litestar | None = None) -> AsyncIterator[httpx.AsyncClient]:
    """A client without a key, of the application around these services; no socket, no background."""
    app = app or _application()
    app.state.services, app.state.probe = services, Probe(services)
    await app.state.probe.look()
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        yield client


def batch(*contents: str, **options: Any) -> dict[str, Any]:
    """A JSON batch with a document a text: d1, d2..."""
    documents = [{"id": f"d{n}", "content": text} for n, text in enumerate(contents, 1)]
    return {"documents": documents, "options": options}


async def until(ask: Callable[[], Awaitable[T]], good: Callable[[T], bool], seconds: float = 20.0) -> T:
    """Ask again and again until the answer is good. Fails with the last answer when that takes too long."""
    answer = await ask()
    async with asyncio.timeout(seconds) as limit:
        while not good(answer):
            await asyncio.sleep(0.02)
            answer = await ask()
    assert not limit.expired(), answer
    return answer


async def ended(client: httpx.AsyncClient, job_id: str, seconds: float = 20.0) -> dict[str, Any]:
    """The status of a batch once it has ended."""

    async def ask() -> dict[str, Any]:
        response = await client.get(f"/api/v1/batch/status/{job_id}")
        assert response.status_code == 200, response.text
        return response.json()

    return await until(ask, lambda s: s["status"] in ("completed", "failed", "cancelled"), seconds)
