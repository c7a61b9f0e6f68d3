"""Documents that come again: their evaluation is taken from the cache, and no child is started for them.

Only whole evaluations are kept. A refusal (a damaged PDF, no text layer) comes within the first stage, so that keeping
it would save next to nothing; what ran out of time or memory, or crashed, says as much about the machine as about the
document, and must be free to end otherwise the next time.

Two of the same document at once are both evaluated, and the second to end replaces the entry with an equal one: waiting
for each other would make one document's deadline that of all the others like it.
"""

import asyncio
import gzip
from contextlib import suppress

import msgspec
import structlog

from app.usecases.stages import seconds
from domain.canonical import digest_bytes
from domain.errors import RetryableError
from domain.observation import Tracing
from domain.options import Options
from domain.ports import Evaluator, Outcome, StageListener
from domain.result_cache import KeptResult, ResultCache, ResultKey, ResultTally

_HOLE = msgspec.Raw(b"\0")
"""What JSON text never contains, in the place of what belongs to the run."""
_BEGIN = b'{"document":{"name":'
_log = structlog.get_logger()


class RecallingEvaluator(Evaluator):
    """Answers from the cache where it can, else by another evaluator, whose outcome it keeps.

    The key has the hash of the bytes in hand, not the one that a job names: an upload that went bad on disk keeps
    nothing under the name of the good one. `release` names all that `evaluator` evaluates with.
    """

    def __init__(
        self, evaluator: Evaluator, cache: ResultCache, *, release: str, tally: ResultTally, tracing: Tracing
    ) -> None:
        self._evaluator = evaluator
        self._cache = cache
        self._release = release
        self._tally = tally
        self._tracing = tracing

    async def evaluate(
        self, data: bytes, name: str, options: Options, *, on_stage: StageListener | None = None
    ) -> Outcome:
        """The outcome, as `evaluator` would give it but for its seconds and stages; raises what that one raises."""
        digest = await asyncio.to_thread(digest_bytes, data)
        key = ResultKey(document=digest, release=self._release, options=options)
        if (found := await self._find(key)) is not None:
            _log.info("evaluation_recalled", document=digest)
            return recalled(found, name)
        outcome = await self._evaluator.evaluate(data, name, options, on_stage=on_stage)
        await self._keep(key, outcome)
        return outcome

    async def close(self) -> None:
        """End what evaluates."""
        await self._evaluator.close()

    async def _find(self, key: ResultKey) -> KeptResult | None:
        with self._tracing.span("result_cache_lookup") as span:
            found = await self._cache.get(key)
            span.set(hit=found is not None)
            with suppress(RetryableError):  # losing a count harms nobody
                await self._tally.count(hits=int(found is not None), misses=int(found is None))
        return found

    async def _keep(self, key: ResultKey, outcome: Outcome) -> None:
        try:
            packed = await asyncio.to_thread(kept, outcome)
        except msgspec.DecodeError as error:  # nothing that a document should fail for
            _log.warning("evaluation_not_kept", error=str(error))
            return
        held = await self._cache.put(key, packed)
        with suppress(RetryableError):
            await self._tally.note(held)


class _Results(msgspec.Struct):
    document: dict[str, msgspec.Raw]
    evidence: msgspec.Raw


def kept(outcome: Outcome) -> KeptResult:
    """What of an outcome is the same in every run. The evidence is most of it, and compressed once for both files.

    Raises msgspec.DecodeError when its results name no document or no evidence.
    """
    known = msgspec.json.decode(outcome.results, type=_Results)
    fields = msgspec.json.decode(outcome.results, type=dict[str, msgspec.Raw])
    document, evidence = known.document, bytes(known.evidence)
    lasting = {name: value for name, value in fields.items() if name not in ("document", "timings")}
    about = {name: value for name, value in document.items() if name != "name"}
    text = msgspec.json.encode({"document": {"name": _HOLE, **about}, **lasting, "timings": _HOLE})
    _, results, _ = text.split(bytes(_HOLE))
    return KeptResult(
        evidence=_gzip(evidence),
        registry=tuple(_gzip(part) for part in outcome.registry.split(evidence, 1)),
        results=tuple(_gzip(part) for part in results.split(evidence, 1)),
        coverage=outcome.coverage,
        score=outcome.score,
        evaluation_hash=outcome.evaluation_hash,
    )


def recalled(kept: KeptResult, name: str) -> Outcome:
    """The outcome for a file of this name: packed, and without stages, since none ran."""
    begin, end = _BEGIN + msgspec.json.encode(name), msgspec.json.encode(seconds(())) + b"}"
    return Outcome(
        results=_gzip(begin) + kept.evidence.join(kept.results) + _gzip(end),
        registry=kept.evidence.join(kept.registry),
        coverage=kept.coverage,
        score=kept.score,
        evaluation_hash=kept.evaluation_hash,
        seconds=0.0,
        stages=(),
        peak_rss_bytes=0,
        packed=True,
    )


def _gzip(data: bytes) -> bytes:
    return gzip.compress(data, compresslevel=1, mtime=0)
