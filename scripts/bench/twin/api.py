"""The twin's interface: FastAPI as its documentation writes it, over the same record in Valkey and the same keys.

With TWIN_OBSERVED=1 it is watched as the service is: a span, a count and a log line a request.
"""

import json
import os
import secrets
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from hashlib import sha256
from hmac import compare_digest
from pathlib import Path
from typing import Annotated, Any

from fastapi import Depends, FastAPI, HTTPException, Request, Response
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from redis.asyncio import Redis
from twin.model import Accepted, DocumentStatus, Progress, Status, UploadIn
from twin.tasks import data_dir, evaluate

KEYS = {key["sha256"] for key in json.loads(Path(os.environ["TWIN_KEYS"]).read_text())}
JOBS = "decalogo:job:"
ENDED = ("completed", "failed", "cancelled")


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    app.state.redis = Redis.from_url(os.environ["TWIN_REDIS"])
    yield
    await app.state.redis.aclose()


app = FastAPI(title="twin", lifespan=lifespan)
bearer = HTTPBearer()


async def the_key(given: Annotated[HTTPAuthorizationCredentials, Depends(bearer)]) -> str:
    digest = sha256(given.credentials.encode()).hexdigest()
    if not any(compare_digest(digest, known) for known in KEYS):
        raise HTTPException(401, "unauthorized")
    return digest


async def the_redis(request: Request) -> Redis:
    return request.app.state.redis


@app.post("/upload", status_code=202, dependencies=[Depends(the_key)])
async def upload(batch: UploadIn, redis: Annotated[Redis, Depends(the_redis)]) -> Accepted:
    job_id = f"batch_{datetime.now(UTC):%Y%m%d}_{secrets.token_hex(6)}"
    now = datetime.now(UTC)
    folder = data_dir / job_id
    folder.mkdir(parents=True)
    documents = []
    for index, document in enumerate(batch.documents):
        data = document.content.encode()
        digest = sha256(data).hexdigest()
        (folder / digest).write_bytes(data)
        documents.append({"id": document.id, "index": index, "name": document.id, "digest": digest})
    job = {"id": job_id, "tenant": "default", "state": "queued", "created_at": now.isoformat(), "documents": documents}
    fields: dict[str, str | int] = {"job": json.dumps(job), "state": "queued", "left": len(documents)}
    for document in documents:
        fields |= {f"state:{document['id']}": "queued", f"attempts:{document['id']}": 0}
    await redis.hset(JOBS + job_id, mapping=fields)
    for document in documents:
        evaluate.delay(job_id, document["digest"], document["name"])
    return Accepted(
        job_id=job_id,
        status="queued",
        document_count=len(documents),
        estimated_completion_seconds=20 * len(documents),
        created_at=now,
        submission_time=now,
        status_url=f"/status/{job_id}",
        results_url=f"/results/{job_id}",
    )


@app.get("/status/{job_id}", dependencies=[Depends(the_key)], response_model_exclude_none=True)
async def status(job_id: str, redis: Annotated[Redis, Depends(the_redis)]) -> Status:
    job = await _job(redis, job_id)
    documents = job["documents"]
    done = sum(d.status == "completed" for d in documents)
    failed = sum(d.status == "failed" for d in documents)
    share = round(100 * done / len(documents), 1)
    return Status(
        job_id=job_id,
        status=job["state"],
        document_count=len(documents),
        documents_completed=done,
        documents_failed=failed,
        progress_percent=share,
        progress=Progress(
            current_step=next((d.stage for d in documents if d.stage), None),
            completed_steps=done + failed,
            total_steps=len(documents),
            progress_percentage=share,
        ),
        created_at=job["created_at"],
        started_at=job["started_at"],
        completed_at=job["ended_at"],
        results_url=f"/results/{job_id}" if job["state"] in ENDED else None,
        documents=documents,
    )


@app.get("/results/{job_id}", dependencies=[Depends(the_key)])
async def results(job_id: str, redis: Annotated[Redis, Depends(the_redis)]) -> Response:
    job = await _job(redis, job_id)
    found = []
    for document in job["raw"]:
        place = data_dir / job_id / f"{document['digest']}.json"
        found.append(json.loads(place.read_bytes()) if place.exists() else None)
    return Response(json.dumps({"job_id": job_id, "results": found}), media_type="application/json")


@app.get("/health")
async def health() -> dict[str, Any]:
    return {"status": "healthy", "timestamp": datetime.now(UTC)}


async def _job(redis: Redis, job_id: str) -> dict[str, Any]:
    fields = await redis.hgetall(JOBS + job_id)
    if not fields:
        raise HTTPException(404, "job_not_found")
    text = {name.decode(): value.decode() for name, value in fields.items()}
    job = json.loads(text["job"])
    documents = []
    for document in job["documents"]:
        name = document["id"]
        if ended := text.get(f"end:{name}"):
            end = json.loads(ended)
            known = {k: end.get(k) for k in ("attempts", "stage", "score", "error")}
            known |= {"status": end["state"], "processing_time_seconds": end.get("seconds")}
        else:
            known = {"status": text[f"state:{name}"], "attempts": int(text[f"attempts:{name}"])}
            known["stage"] = text.get(f"stage:{name}")
        documents.append(DocumentStatus(document_id=name, name=document["name"], **known))
    kept = {"state": text["state"], "started_at": text.get("started_at"), "ended_at": text.get("ended_at")}
    return {"created_at": job["created_at"], "documents": documents, "raw": job["documents"], **kept}


def _observe() -> None:
    """A span, a count and a log line a request, by the libraries that the service uses too."""
    import structlog  # noqa: PLC0415
    from opentelemetry.instrumentation.fastapi import FastAPIInstrumentor  # noqa: PLC0415
    from opentelemetry.sdk.trace import TracerProvider  # noqa: PLC0415
    from prometheus_client import Counter, Histogram  # noqa: PLC0415

    requests = Counter("twin_requests", "Requests answered.", ("method", "route", "status"))
    seconds = Histogram("twin_seconds", "Time to answer.", ("method", "route"))
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(),
        ]
    )
    log = structlog.get_logger()

    @app.middleware("http")
    async def watch(request: Request, call_next: Any) -> Response:
        start = time.perf_counter()
        response: Response = await call_next(request)
        took = time.perf_counter() - start
        route = request.scope["route"].path if "route" in request.scope else "unknown"
        requests.labels(request.method, route, response.status_code).inc()
        seconds.labels(request.method, route).observe(took)
        log.info("request", method=request.method, route=route, status=response.status_code, ms=round(took * 1000, 2))
        return response

    FastAPIInstrumentor.instrument_app(app, tracer_provider=TracerProvider())


if os.environ.get("TWIN_OBSERVED") == "1":
    _observe()
