"""One pool of connections to Redis or Valkey that survives a restart of the server."""

import re

from redis.asyncio import BlockingConnectionPool
from redis.asyncio.retry import Retry
from redis.backoff import ExponentialBackoff
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import OutOfMemoryError, ReadOnlyError, RedisError, ResponseError
from redis.exceptions import TimeoutError as RedisTimeoutError

UNREACHABLE = (RedisConnectionError, RedisTimeoutError, OSError)
"""What says that the server cannot be reached, rather than that it was asked something wrong."""


def pool(url: str, *, password: str | None, size: int, patience: int) -> BlockingConnectionPool:
    """A pool whose calls are tried `patience` times more, half a second apart at most.

    OSError belongs to the errors that are tried again: a refused connection is one, and without it a worker dies.
    """
    credentials = {} if password is None else {"password": password}
    return BlockingConnectionPool.from_url(
        url,
        max_connections=size,
        timeout=5,
        retry=Retry(ExponentialBackoff(cap=0.5, base=0.05), patience),
        retry_on_error=list(UNREACHABLE),
        socket_connect_timeout=1,
        **credentials,
    )


_TAKES_NOTHING = (ReadOnlyError, OutOfMemoryError)
_SAYS_SO = re.compile(r"(^|caused error: \W*)(LOADING|MISCONF|MASTERDOWN)\b")
"""What a server says that answers but takes nothing now, bare or of a transaction. For the rest there are classes."""


def is_unreachable(error: BaseException) -> bool:
    """Whether the error is the backend's rather than ours."""
    if isinstance(error, ResponseError):
        return isinstance(error, _TAKES_NOTHING) or _SAYS_SO.search(str(error)) is not None
    return isinstance(error, (*UNREACHABLE, RedisError))
