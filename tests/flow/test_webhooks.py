"""Webhooks over HTTP, on the application, and from an upload to a receiver through the whole service."""

from datetime import timedelta

import pytest
from standardwebhooks import Webhook as Verifier

from app.usecases.announce import announce
from app.usecases.deliver import Deliverer
from domain.job import JobState
from domain.webhook_retries import Reply
from tests.fakes.clock import START
from tests.fakes.receiver import answer, receiving
from tests.fakes.webhooks import ScriptedSender
from tests.fakes.world import a_job, a_key, a_webhooks
from tests.fakes.world import services as fake_services
from tests.flow.service import batch, ended, running, serving, settings_for, until

HOOKS = "/api/v1/webhooks"
URL = "https://example.com/webhook"
KEYS = (a_key("s"), a_key("reader", scopes=("read",)), a_key("stranger", tenant="stranger"))


def bearer(secret):
    return {"Authorization": f"Bearer {secret}"}


@pytest.fixture
def world():
    return fake_services(keys=KEYS, webhooks=a_webhooks(sender=ScriptedSender(Reply(status=410), Reply(status=204))))


@pytest.fixture
async def client(world):
    async with serving(world) as client:
        client.headers.update(bearer("s"))
        yield client


async def made(client, **about):
    response = await client.post(HOOKS, json={"url": URL, **about})
    assert response.status_code == 201, response.text
    return response.json()


async def told(world, *job_ids, **about):
    for job_id in job_ids:
        job = a_job(job_id=job_id, state=JobState.COMPLETED, ended_at=START, revision=1, **about)
        await announce(world, job)
    await Deliverer(world).deliver_due()


async def test_a_secret_is_shown_when_it_is_made_and_never_again(client):
    hook = await made(client, description="Tablero", events=["batch.failed"])
    path = f"{HOOKS}/{hook['webhook_id']}"

    rotated = await client.post(f"{path}/rotate")

    assert hook["secret"].startswith("whsec_")
    assert (rotated.status_code, rotated.headers["cache-control"]) == (200, "no-store")
    assert rotated.json()["secret"] not in ("", hook["secret"])
    assert rotated.json()["previous_secret_until"] == "2026-11-23T09:00:00Z"
    answers = [await client.get(path), await client.get(HOOKS), await client.patch(path, json={"status": "paused"})]
    assert [a.status_code for a in answers] == [200, 200, 200]
    assert [a for a in answers if "whsec_" in a.text] == []
    assert (await client.get(HOOKS)).json()["webhooks"][0]["status"] == "paused"


async def test_the_default_webhook_is_there_for_whoever_asks_and_cannot_be_removed_or_moved(client):
    assert (await client.get(HOOKS)).json() == {"webhooks": []}

    one = (await client.get(f"{HOOKS}/default")).json()
    assert (await client.get(HOOKS)).json() == {"webhooks": []}
    rotated = (await client.post(f"{HOOKS}/default/rotate")).json()

    assert (one["webhook_id"], one["url"], one["status"]) == ("default", None, "enabled")
    assert rotated["secret"].startswith("whsec_")
    for response in (
        await client.delete(f"{HOOKS}/default"),
        await client.patch(f"{HOOKS}/default", json={"url": URL}),
    ):
        assert (response.status_code, response.json()["error"]) == (409, "illegal_move")


async def test_a_webhook_that_was_removed_is_nowhere(client):
    path = f"{HOOKS}/{(await made(client))['webhook_id']}"

    assert (await client.delete(path)).status_code == 204

    for ask in (client.get(path), client.delete(path), client.post(f"{path}/rotate"), client.patch(path, json={})):
        response = await ask
        assert (response.status_code, response.json()["error"]) == (404, "webhook_not_found")
    assert (await client.get(HOOKS)).json() == {"webhooks": []}


async def test_another_tenants_webhooks_and_deliveries_do_not_exist(client, world):
    path = f"{HOOKS}/{(await made(client))['webhook_id']}"
    await told(world, "batch_1")
    delivery = (await client.get(f"{path}/deliveries")).json()["deliveries"][0]["delivery_id"]
    client.headers.update(bearer("stranger"))

    for ask in (
        client.get(path),
        client.patch(path, json={"status": "paused"}),
        client.post(f"{path}/rotate"),
        client.delete(path),
        client.get(f"{path}/deliveries"),
        client.post(f"{path}/deliveries/{delivery}/redeliver"),
    ):
        assert (await ask).status_code == 404
    response = await client.post(f"{HOOKS}/default/deliveries/{delivery}/redeliver")
    assert (response.status_code, response.json()["error"]) == (404, "delivery_not_found")
    assert (await client.get(HOOKS)).json() == {"webhooks": []}
    assert (await client.get(f"{HOOKS}/dead-letters")).json() == {"deliveries": []}


async def test_who_may_only_read_changes_nothing(client):
    path = f"{HOOKS}/{(await made(client))['webhook_id']}"
    client.headers.update(bearer("reader"))

    for ask in (
        client.post(HOOKS, json={"url": URL}),
        client.patch(path, json={"status": "paused"}),
        client.post(f"{path}/rotate"),
        client.delete(path),
        client.post(f"{path}/deliveries/msg_1/redeliver"),
    ):
        assert (await ask).status_code == 403
    for where in (HOOKS, path, f"{path}/deliveries", f"{HOOKS}/dead-letters"):
        assert (await client.get(where)).status_code == 200


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"url": "http://example.com/"},
        {"url": "https://127.0.0.1/"},
        {"url": "https://example.com:22/"},
        {"url": "https://user:secret@example.com/"},
        {"url": URL, "events": []},
        {"url": URL, "events": ["batch.started"]},
        {"url": URL, "description": "a\nb"},
        {"url": URL, "secret": "mine"},
        [],
    ],
)
async def test_what_cannot_be_a_webhook_is_refused_and_nothing_is_kept(client, body):
    response = await client.post(HOOKS, json=body)

    assert (response.status_code, response.json()["error"]) == (400, "validation_error")
    assert (await client.get(HOOKS)).json() == {"webhooks": []}


async def test_bodies_that_are_no_json_or_too_long_are_refused(client):
    assert (await client.post(HOOKS, content=b"url=x")).status_code == 415
    json = {"Content-Type": "application/json"}
    assert (await client.post(HOOKS, content=b"{", headers=json)).status_code == 400
    assert (await client.post(HOOKS, content=b"[" * 50_000, headers=json)).status_code == 400
    assert (await client.post(HOOKS, content=b" " * 70_000, headers=json)).status_code == 413


async def test_a_tenant_has_so_many_webhooks_and_no_more(client):
    for _ in range(20):
        await made(client)

    response = await client.post(HOOKS, json={"url": URL})

    assert (response.status_code, response.json()["error"]) == (403, "quota_exceeded")


async def test_a_webhook_with_a_bad_url_is_refused_with_the_upload(client):
    for url in ("https://169.254.169.254/", "https://example.com:6379/", "http://example.com/"):
        response = await client.post("/upload", json=batch("hola", webhook_url=url))

        assert (response.status_code, response.json()["details"]["path"]) == (400, "$.options.webhook_url")


async def test_the_log_tells_of_every_attempt_page_by_page_and_what_was_given_up_can_be_delivered_again(client, world):
    hook = await made(client)
    path = f"{HOOKS}/{hook['webhook_id']}"
    await told(world, "batch_1")
    dead = (await client.get(f"{HOOKS}/dead-letters")).json()["deliveries"]
    assert [(d["job_id"], d["status"], d["attempts"][0]["status_code"]) for d in dead] == [("batch_1", "dead", 410)]
    disabled = (await client.get(path)).json()
    assert (disabled["status"], disabled["reason"]) == ("disabled", "gone")
    assert (await client.patch(path, json={"status": "paused"})).status_code == 409
    assert (await client.patch(path, json={"status": "enabled"})).json()["reason"] is None

    again = await client.post(f"{path}/deliveries/{dead[0]['delivery_id']}/redeliver")
    assert (again.status_code, again.json()["status"]) == (202, "pending")
    await told(world, "batch_2", "batch_3")

    first = (await client.get(f"{path}/deliveries", params={"limit": 2})).json()
    rest = (await client.get(f"{path}/deliveries", params={"limit": 2, "cursor": first["next_cursor"]})).json()
    assert [d["job_id"] for d in [*first["deliveries"], *rest["deliveries"]]] == ["batch_3", "batch_2", "batch_1"]
    assert rest["next_cursor"] is None
    outcomes = [a["outcome"] for a in rest["deliveries"][0]["attempts"]]
    assert outcomes == ["dead", "delivered"]
    assert (await client.get(f"{HOOKS}/dead-letters")).json() == {"deliveries": []}


@pytest.fixture
async def receiver():
    async with receiving() as receiver:
        yield receiver


@pytest.fixture
def open_settings(tmp_path, valkey_url):
    """Settings that let a receiver of the tests be reached."""
    return settings_for(
        tmp_path,
        valkey_url,
        DECALOGO_WEBHOOK_HTTP="true",
        DECALOGO_WEBHOOK_PORTS=",",
        DECALOGO_WEBHOOK_NETWORKS="127.0.0.0/8",
        DECALOGO_WEBHOOK_POLL_SECONDS="0.05",
        DECALOGO_WEBHOOK_RETRY_SECONDS="0.1,0.1",
        DECALOGO_PUBLIC_URL="https://pdm.example.org/",
    )


async def test_each_end_of_a_batch_reaches_its_receivers_signed(redis, open_settings, receiver):
    url = f"http://127.0.0.1:{receiver.port}"
    async with running(open_settings) as client:
        hook = (await client.post(HOOKS, json={"url": f"{url}/mine"})).json()
        default = (await client.post(f"{HOOKS}/default/rotate")).json()["secret"]
        body = batch("hola", "REFUSE", webhook_url=f"{url}/theirs")
        body["metadata"] = {"requester_email": "ana@example.org", "requester_name": "Ana"}
        good = (await client.post("/upload", json=body)).json()["job_id"]
        await ended(client, good)
        bad = (await client.post("/upload", json=batch("REFUSE"))).json()["job_id"]
        await ended(client, bad)
        off = (await client.post("/upload", json=batch("SLEEP 20"))).json()["job_id"]
        await client.post(f"/api/v1/batch/{off}/cancel")

        async def calls():
            return receiver.calls

        await until(calls, lambda found: len(found) >= 4)
        results = (await client.get(f"/results/{good}")).json()
        (theirs,) = (await client.get(f"{HOOKS}/default/deliveries")).json()["deliveries"]

    secrets = {"/mine": hook["secret"], "/theirs": default}
    heard = [(c.line.split()[1], c) for c in receiver.calls]
    bodies = [(path, Verifier(secrets[path]).verify(call.body, call.headers)) for path, call in heard]
    assert sorted((path, b["type"], b["data"]["job_id"]) for path, b in bodies) == sorted(
        [
            ("/mine", "batch.completed", good),
            ("/theirs", "batch.completed", good),
            ("/mine", "batch.failed", bad),
            ("/mine", "batch.cancelled", off),
        ]
    )
    data = next(b["data"] for path, b in bodies if path == "/theirs")
    assert data["counts"] == {"documents": 2, "completed": 1, "failed": 1, "cancelled": 0}
    assert data["hashes"]["evaluations"] == [results["summary"]["evaluation_hashes"]["d1"], None]
    assert data["results_url"] == f"https://pdm.example.org/api/v1/batch/results/{good}"
    assert theirs["delivery_id"] == next(c.headers["webhook-id"] for path, c in heard if path == "/theirs")
    assert [c for c in receiver.calls if b"ana" in c.body.lower() or b"requester" in c.body] == []


async def test_a_receiver_that_fails_hears_it_again_and_the_log_says_so(redis, open_settings, receiver):
    receiver.act = answer(500)
    async with running(open_settings) as client:
        hook = (await client.post(HOOKS, json={"url": f"http://127.0.0.1:{receiver.port}/"})).json()
        job_id = (await client.post("/upload", json=batch("hola"))).json()["job_id"]
        await ended(client, job_id)

        async def deliveries():
            return (await client.get(f"{HOOKS}/{hook['webhook_id']}/deliveries")).json()["deliveries"]

        (dead,) = await until(deliveries, lambda found: found and found[0]["status"] == "dead")
        receiver.act = answer(200)
        path = f"{HOOKS}/{hook['webhook_id']}/deliveries/{dead['delivery_id']}/redeliver"
        assert (await client.post(path)).status_code == 202
        (good,) = await until(deliveries, lambda found: found[0]["status"] == "delivered")

    assert [a["status_code"] for a in good["attempts"]] == [500, 500, 500, 200]
    assert len({c.headers["webhook-id"] for c in receiver.calls}) == 1
    assert [bool(Verifier(hook["secret"]).verify(c.body, c.headers)) for c in receiver.calls] == [True] * 4


async def test_by_default_nothing_of_the_own_network_is_reached(redis, tmp_path, valkey_url, receiver):
    """The URL has a name, so that nothing can be said of it before it is resolved."""
    settings = settings_for(
        tmp_path,
        valkey_url,
        DECALOGO_WEBHOOK_PORTS=f"{receiver.port}",
        DECALOGO_WEBHOOK_POLL_SECONDS="0.05",
        DECALOGO_WEBHOOK_RETRY_SECONDS="0.1",
    )
    async with running(settings) as client:
        hook = (await client.post(HOOKS, json={"url": f"https://localhost:{receiver.port}/"})).json()
        await ended(client, (await client.post("/upload", json=batch("hola"))).json()["job_id"])

        async def letters():
            return (await client.get(f"{HOOKS}/dead-letters")).json()["deliveries"]

        (dead,) = await until(letters, len)

    assert dead["webhook_id"] == hook["webhook_id"]
    assert [a["error"] for a in dead["attempts"]] == ["address_refused"] * 2
    assert receiver.connections == 0


async def test_when_the_files_are_put_back_from_a_backup_webhooks_are_there_and_what_waited_goes_on(
    redis, tmp_path, valkey_url, receiver
):
    from infra.objects_fs import FileObjectStore
    from infra.webhooks_objects import ObjectWebhookStore

    first = fake_services(webhooks=a_webhooks(store=ObjectWebhookStore(FileObjectStore(tmp_path / "a"))))
    hook, _ = await _hook(first)
    await announce(first, a_job(state=JobState.COMPLETED, ended_at=START, revision=1))
    copy = FileObjectStore(tmp_path / "b")
    source = FileObjectStore(tmp_path / "a")
    async for stored in source.list():
        await copy.put(stored.name, await source.get(stored.name) or b"")

    again = fake_services(webhooks=a_webhooks(store=ObjectWebhookStore(copy)))
    again.webhooks.schedule.forget()
    again.clock.advance(timedelta(hours=1).total_seconds())
    await Deliverer(again).deliver_due()
    await Deliverer(again).deliver_due()

    assert [m.secrets for m, _ in again.webhooks.sender.sent] == [(hook.secrets[0].value,)]


async def _hook(world):
    from app.usecases.webhooks import create_webhook
    from domain.webhook import EVENT_TYPES

    return await create_webhook(world, "acme", url=URL, description="", events=EVENT_TYPES)
