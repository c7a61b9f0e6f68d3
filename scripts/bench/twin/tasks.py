"""The twin's worker: one Celery task a document, with the Redis broker."""

import os
from pathlib import Path

from celery import Celery

from domain.options import Options

broker = os.environ["TWIN_BROKER"]
data_dir = Path(os.environ["TWIN_DATA"])
queue = Celery("twin", broker=broker)
queue.conf.update(
    task_ignore_result=True,  # results lie on disk, as those of the service do
    task_acks_late=True,  # without it a killed worker loses its document
    worker_prefetch_multiplier=1,
    broker_connection_retry_on_startup=True,
    worker_hijack_root_logger=False,
)
_loaded = {}


@queue.task(name="evaluate")
def evaluate(job_id: str, digest: str, name: str) -> None:
    """Evaluate one document with the same code as the service's child."""
    data = (data_dir / job_id / digest).read_bytes()
    if "evaluate" not in _loaded:
        _loaded["evaluate"] = _load()
    outcome = _loaded["evaluate"](data, name, Options(), lambda _: None)
    (data_dir / job_id / f"{digest}.json").write_bytes(outcome.results)


def _load():  # noqa: ANN202 - whatever the child's factory makes
    from importlib import import_module  # noqa: PLC0415

    from app.settings import dump, load  # noqa: PLC0415

    module, _, function = os.environ["TWIN_CHILD"].partition(":")
    return getattr(import_module(module), function)(dump(load(os.environ)))
