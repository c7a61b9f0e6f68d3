"""A document that comes again, through the whole service: answered from the cache, under its own name."""

import msgspec
import pytest

from domain.release import freeze
from tests.flow.service import batch, ended, running, settings_for

TEXT = "El plan reduce la pobreza"


@pytest.fixture
def settings(tmp_path, redis, valkey_url):
    """Makes settings on one data folder, whose release has this input."""

    def make(release: str = "1", **variables: str):
        manifest = tmp_path / f"release_{release}.json"
        manifest.write_bytes(msgspec.json.encode(freeze("small", "1", {"child": release})))
        return settings_for(tmp_path / "data", valkey_url, DECALOGO_RELEASE=str(manifest), **variables)

    return make


async def evaluated(client, name, text=TEXT, **options):
    """The result of a batch of one document, and the status that the batch ended with."""
    document = {"id": name, "content": text}
    accepted = (await client.post("/api/v1/batch/upload", json={"documents": [document], "options": options})).json()
    status = await ended(client, accepted["job_id"])
    results = (await client.get(accepted["results_url"] + "?include_traces=true")).json()
    return results["results"][0], results["summary"], status


async def looked_up(client):
    text = (await client.get("/metrics")).text
    values = dict(line.rsplit(" ", 1) for line in text.splitlines() if line.startswith("result_cache"))
    return tuple(float(values[f'result_cache_lookups_total{{outcome="{o}"}}']) for o in ("hit", "miss"))


async def test_the_second_time_it_has_the_same_evaluation_under_its_own_name(settings):
    async with running(settings()) as client:
        first, first_summary, _ = await evaluated(client, "uno")
        second, second_summary, status = await evaluated(client, "dos")
        counted = await looked_up(client)
        metrics = (await client.get("/metrics")).text

    assert counted == (1, 1)
    assert (first_summary["evaluation_hashes"]["uno"],) == tuple(second_summary["evaluation_hashes"].values())
    assert (first["document"]["name"], second["document"]["name"]) == ("uno", "dos")
    assert (second["evaluation"], second["evidence"]) == (first["evaluation"], first["evidence"])
    assert (status["status"], status["documents"][0]["status"]) == ("completed", "completed")
    assert second_summary["total_evidence_extracted"] == 1
    assert first["traces"] != []
    assert second["traces"] == []
    assert "result_cache_entries 1.0" in metrics
    assert "result_cache_evictions_total 0.0" in metrics


async def test_other_options_and_another_release_are_evaluated(settings):
    async with running(settings()) as client:
        await evaluated(client, "uno")
        await evaluated(client, "dos", enable_causal_analysis=False)
        assert await looked_up(client) == (0, 2)

    async with running(settings("2")) as client:
        await evaluated(client, "tres")
        assert await looked_up(client) == (0, 3)

    async with running(settings("1")) as client:
        await evaluated(client, "cuatro")
        assert await looked_up(client) == (1, 3)


async def test_a_document_that_was_refused_is_refused_anew(settings):
    async with running(settings()) as client:
        for name in ("uno", "dos"):
            result, _, _ = await evaluated(client, name, "REFUSE this")
            assert result["error_details"]["exception"] == "no_text_layer"

        assert await looked_up(client) == (0, 2)


async def test_a_damaged_entry_is_evaluated_anew(settings):
    async with running(settings()) as client:
        first, *_ = await evaluated(client, "uno")
        (file,) = (settings().data_dir / "cache" / "results").iterdir()
        file.write_bytes(b"x" + file.read_bytes()[1:])

        second, *_ = await evaluated(client, "dos")

        assert await looked_up(client) == (0, 2)
    assert (second["traces"] != [], second["evaluation"]) == (True, first["evaluation"])


async def test_two_workers_and_many_copies_at_once_give_one_evaluation(settings):
    async with running(settings(), workers=2) as client:
        accepted = (await client.post("/api/v1/batch/upload", json=batch(*[TEXT] * 12))).json()
        await ended(client, accepted["job_id"])
        summary = (await client.get(accepted["results_url"])).json()["summary"]
        hits, misses = await looked_up(client)

    assert len(summary["evaluation_hashes"]) == 12
    assert len(set(summary["evaluation_hashes"].values())) == 1
    assert hits + misses == 12
    assert 1 <= misses <= 4  # each place of each worker may begin with one


async def test_switched_off_it_keeps_nothing(settings):
    off = settings(DECALOGO_RESULT_CACHE_BYTES="0")
    async with running(off) as client:
        for name in ("uno", "dos"):
            result, *_ = await evaluated(client, name)
            assert result["traces"] != []

        assert await looked_up(client) == (0, 0)
    assert not (off.data_dir / "cache").exists()
