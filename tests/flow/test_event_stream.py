"""Events over HTTP: in order, from where a reader broke off, until the batch ends; and nothing stays open."""

import asyncio
import json
from contextlib import asynccontextmanager

import httpx
import pytest

from tests.flow.service import batch, ended, running, settings_for, until

URL = "/api/v1/batch"


@pytest.fixture
async def client(tmp_path, redis, valkey_url):
    settings = settings_for(tmp_path, valkey_url, DECALOGO_EVENT_STREAMS="2", DECALOGO_EVENT_HEARTBEAT_SECONDS="0.1")
    async with running(settings) as client:
        yield client


async def submitted(client, *texts: str) -> str:
    return (await client.post("/upload", json=batch(*texts))).json()["job_id"]


async def told(client, job_id: str, **headers: str) -> list[dict]:
    """All events until the stream ends."""
    response = await client.get(f"{URL}/{job_id}/events", headers={k.replace("_", "-"): v for k, v in headers.items()})
    assert response.status_code == 200, response.text
    assert response.headers["content-type"].startswith("text/event-stream")
    return read(response.text)


def read(text: str) -> list[dict]:
    lines = [[line for line in block.split("\n") if line and line[0] != ":"] for block in text.split("\n\n")]
    blocks = [dict(line.split(": ", 1) for line in block) for block in lines]
    return [{**b, "data": json.loads(b["data"])} for b in blocks if "data" in b]


@asynccontextmanager
async def listening(client, job_id: str):
    """A stream that is open; its lines."""
    async with client.stream("GET", f"{URL}/{job_id}/events") as response:
        assert response.status_code == 200
        lines = response.aiter_lines()
        await anext(lines)
        yield lines


async def test_a_reader_hears_of_a_batch_until_its_end(client):
    job_id = await submitted(client, "SLEEP 0.3", "REFUSE")

    events = await told(client, job_id)

    assert events[0]["event"] == "snapshot"
    assert events[-1]["event"] == "batch_ended"
    assert [e["id"] for e in events] == sorted((e["id"] for e in events), key=lambda i: tuple(map(int, i.split("-"))))
    assert events[-1]["data"]["status"] == "completed"


@pytest.mark.parametrize("way", ["header", "parameter"])
async def test_a_reader_goes_on_where_it_broke_off(client, way):
    job_id = await submitted(client, "SLEEP 0.3", "hola", "hola")
    everything = await told(client, job_id)
    assert len(everything) > 3
    seen = everything[1]["id"]

    if way == "header":
        rest = await told(client, job_id, last_event_id=seen)
    else:
        rest = read((await client.get(f"{URL}/{job_id}/events?last_event_id={seen}")).text)

    assert rest == everything[2:]


async def test_a_reader_who_has_seen_the_end_is_told_not_to_come_back(client):
    job_id = await submitted(client, "hola")
    await ended(client, job_id)
    (snapshot,) = await told(client, job_id)

    response = await client.get(f"{URL}/{job_id}/events", headers={"Last-Event-ID": snapshot["id"]})

    assert (response.status_code, response.content) == (204, b"")


@pytest.mark.parametrize("last_id", ["nonsense", "9999999999999-0", "-", "+", "(0-0", "\u00e9".encode()])
async def test_an_id_that_nobody_gave_begins_with_a_snapshot(client, last_id):
    job_id = await submitted(client, "hola")
    await ended(client, job_id)

    response = await client.get(f"{URL}/{job_id}/events", headers={"Last-Event-ID": last_id})

    assert [e["event"] for e in read(response.text)] == ["snapshot"]


async def test_while_nothing_happens_there_are_heartbeats(client):
    job_id = await submitted(client, "SLEEP 1")

    response = await client.get(f"{URL}/{job_id}/events")

    assert response.text.count(": still here") >= 2


async def test_there_are_so_many_streams_and_a_reader_who_goes_away_frees_his(client):
    job_id = await submitted(client, "SLEEP 5")
    async with listening(client, job_id), listening(client, job_id):
        refused = await client.get(f"{URL}/{job_id}/events")
    assert (refused.status_code, refused.json()["error"]) == (503, "too_many_streams")
    assert refused.headers["retry-after"] == "5"

    async def opened() -> int:
        async with client.stream("GET", f"{URL}/{job_id}/events") as response:
            return response.status_code

    assert await until(opened, lambda status: status == 200) == 200
    await client.post(f"{URL}/{job_id}/cancel")


async def test_an_event_comes_when_it_happens_and_not_later(client):
    job_id = await submitted(client, "SLEEP 1.5")
    async with listening(client, job_id) as lines:
        async with asyncio.timeout(1.2):
            while "document_started" not in await anext(lines):
                pass
    assert (await client.get(f"{URL}/{job_id}")).json()["status"] == "processing"
    await client.post(f"{URL}/{job_id}/cancel")


async def test_a_service_that_stops_ends_its_streams_in_good_order(tmp_path, redis, valkey_url):
    async with running(settings_for(tmp_path, valkey_url), workers=0) as client:
        job_id = await submitted(client, "hola")

        async def read_all() -> None:
            async with listening(other, job_id) as lines:
                async for line in lines:
                    if line == "event: snapshot":
                        opened.set()

        opened = asyncio.Event()
        other = httpx.AsyncClient(base_url=client.base_url, headers=client.headers, trust_env=False, timeout=20)
        reader = asyncio.create_task(read_all())
        await opened.wait()
    async with asyncio.timeout(5):
        await reader  # without an error: the last chunk came
    await other.aclose()
    assert reader.exception() is None


async def test_how_long_a_reader_listens_is_not_counted_as_the_time_of_an_answer(client):
    job_id = await submitted(client, "SLEEP 1.5")
    await told(client, job_id)

    lines = (await client.get("/metrics")).text.splitlines()

    counted = [
        float(line.split()[1])
        for line in lines
        if line.startswith("http_request_duration_seconds_sum") and "/events" in line
    ]
    assert len(counted) == 1
    assert counted[0] < 1
