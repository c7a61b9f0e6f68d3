"""The names that this service uses in Redis."""

PREFIX = "decalogo"
UNFINISHED = f"{PREFIX}:unfinished"
CLAIMS = f"{PREFIX}:claims"
FIGURES = f"{PREFIX}:figures"
WORKERS = f"{PREFIX}:workers"
RESULT_CACHE = f"{PREFIX}:result_cache"
QUEUE = "decalogo_batch_tasks"
QUEUE_SHORT = "decalogo_batch_tasks:short"


def called(queue: str) -> str:
    """The channel on which workers are told that messages have come."""
    return f"{queue}:called"


def job(job_id: str) -> str:
    """The hash of a job."""
    return f"{PREFIX}:job:{job_id}"


def minute(number: int) -> str:
    """The counts of one minute since the epoch."""
    return f"{PREFIX}:minute:{number}"


def worker(worker_id: str) -> str:
    """What a worker last said."""
    return f"{PREFIX}:worker:{worker_id}"
