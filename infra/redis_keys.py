"""The names that this service uses in Redis."""

PREFIX = "decalogo"
UNFINISHED = f"{PREFIX}:unfinished"
UNWRITTEN = f"{PREFIX}:unwritten"
CLAIMS = f"{PREFIX}:claims"
FIGURES = f"{PREFIX}:figures"
WORKERS = f"{PREFIX}:workers"
WATCHED = f"{PREFIX}:watched"
RESULT_CACHE = f"{PREFIX}:result_cache"
JOBS = f"{PREFIX}:jobs"
DEAD = f"{PREFIX}:dead"
WHOLE = f"{PREFIX}:whole"
"""Says that the store holds all that it should; gone when the store was emptied."""
TOLD = f"{PREFIX}:told"
"""The channel on which the name of each stream is called out that something was added to."""
IDEMPOTENCY_KNOWN = f"{PREFIX}:idempotency_known"
WEBHOOKS_RECEIVERS = f"{PREFIX}:webhooks:receivers"
"""For whom a delivery waits, by the time of the first one."""
WEBHOOKS_WHOLE = f"{PREFIX}:webhooks:whole"
"""Says that the schedule of deliveries holds all that it should."""
WEBHOOKS_LOGS = f"{PREFIX}:webhooks:logs"
"""The names of all logs and lists of what was given up."""
SANCTIONS = f"{PREFIX}:{{sanctions}}"
SANCTIONS_CHANGED = f"{PREFIX}:{{sanctions}}:changed"
"""How often the sanctions have changed; in braces is what a cluster places names by."""
USAGE = f"{PREFIX}:usage"
ANSWERS = f"{PREFIX}:{{answers}}"
ANSWERS_USED = f"{ANSWERS}:used"
ANSWERS_SIZES = f"{ANSWERS}:sizes"
QUEUE = "decalogo_batch_tasks"
QUEUE_SHORT = "decalogo_batch_tasks:short"


def called(queue: str) -> str:
    """The channel on which workers are told that messages have come."""
    return f"{queue}:called"


def job(job_id: str) -> str:
    """The hash of a job."""
    return f"{PREFIX}:job:{job_id}"


def events(job_id: str) -> str:
    """The stream of what happened to a job."""
    return f"{PREFIX}:events:{job_id}"


def removed(job_id: str) -> str:
    """Says for a while that a job was removed, to whoever still writes for it."""
    return f"{PREFIX}:removed:{job_id}"


def tenant_jobs(tenant: str) -> str:
    """The jobs of one tenant, as they came."""
    return f"{PREFIX}:jobs:{tenant}"


def minute(number: int) -> str:
    """The counts of one minute since the epoch."""
    return f"{PREFIX}:minute:{number}"


def worker(worker_id: str) -> str:
    """What a worker last said."""
    return f"{PREFIX}:worker:{worker_id}"


def idempotency(name: str) -> str:
    """The job that an idempotency key stands for."""
    return f"{PREFIX}:idempotency:{name}"


def idempotency_lease(name: str) -> str:
    """Lives while an upload under that key is in flight."""
    return f"{PREFIX}:idempotency:{name}:lease"


def webhooks_due(receiver: str) -> str:
    """The deliveries that wait for a receiver, by time."""
    return f"{PREFIX}:webhooks:due:{receiver}"


def webhook_hold(receiver: str) -> str:
    """Lives while nothing is sent to a receiver."""
    return f"{PREFIX}:webhooks:hold:{receiver}"


def webhook_log(tenant: str, webhook_id: str) -> str:
    """The deliveries of a webhook, as they came."""
    return f"{PREFIX}:webhooks:log:{tenant}:{webhook_id}"


def webhook_dead(tenant: str) -> str:
    """The deliveries of a tenant that were given up."""
    return f"{PREFIX}:webhooks:dead:{tenant}"


def answers(job_id: str) -> str:
    """The kept answers of one job."""
    return f"{ANSWERS}:of:{job_id}"


def answer_lock(job_id: str, made_of: str) -> str:
    """Lives while somebody makes that answer."""
    return f"{ANSWERS}:lock:{job_id}:{made_of}"


def limit(subject: str, name: str) -> str:
    """A bucket of a subject; all of one subject lie on one node of a cluster."""
    return f"{PREFIX}:limit:{{{subject}}}:{name}"
