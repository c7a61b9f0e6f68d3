"""What an error of Redis says: that it takes nothing now, or that it was asked something wrong."""

import pytest
from redis.exceptions import OutOfMemoryError, ReadOnlyError, ResponseError

from infra.redis_client import is_unreachable

FULL = "MISCONF Errors writing to the AOF file: No space left on device"


@pytest.mark.parametrize(
    ("error", "its"),
    [
        (ResponseError(FULL), True),
        (ResponseError(f"Command # 1 (ZREM a b) of pipeline caused error: ('{FULL}',)"), True),
        (ReadOnlyError("You can't write against a read only replica."), True),
        (OutOfMemoryError("command not allowed when used memory > 'maxmemory'."), True),
        (ResponseError("WRONGTYPE Operation against a key"), False),
        (ResponseError("ERR user_script:1: MISCONFigured"), False),
        (ValueError("MISCONF"), False),
    ],
)
def test_a_server_that_takes_nothing_is_told_from_a_wrong_question(error, its):
    assert is_unreachable(error) is its
