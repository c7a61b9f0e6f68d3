"""The evaluating child: loads once, evaluates one document after the other, ends when its worker does.

Run as `python -m infra.child_loop FD`, where FD is its end of a socket pair.
"""

import gc
import signal
import socket
import sys
from collections.abc import Callable
from contextlib import suppress
from types import FrameType
from typing import Any, TypeAlias

from domain.errors import EvaluationTimeoutError
from domain.options import Options
from domain.ports import Outcome, StageFact, StageListener
from infra.child_wire import (
    LENGTH,
    Began,
    Done,
    Ended,
    FromChild,
    Ready,
    Start,
    Work,
    decode_to_child,
    failure,
    frame,
    named,
)

Evaluate: TypeAlias = Callable[[bytes, str, Options, StageListener], Outcome]
"""Data, name, options, listener -> outcome. Raises a DocumentError for the document's fault."""


def main(handle: int) -> None:
    """Serve until the other end is closed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with socket.socket(fileno=handle) as line, suppress(ConnectionError, EOFError):
        _serve(line)


def _serve(line: socket.socket) -> None:
    start = decode_to_child(_read(line))
    assert isinstance(start, Start)
    sys.path[:] = start.path
    try:
        evaluate: Evaluate = named(start.factory)(start.argument)
    except Exception as error:  # noqa: BLE001 - whatever it is, the worker has to be told why its child cannot work
        _say(line, failure(error))
        return
    _say(line, Ready())
    while True:
        work = decode_to_child(_read(line))
        assert isinstance(work, Work)
        _say(line, _answer(evaluate, work, lambda event: _tell(line, event)))
        del work
        gc.collect()


def _answer(evaluate: Evaluate, work: Work, listener: StageListener) -> FromChild:
    signal.signal(signal.SIGALRM, _on_alarm)
    signal.setitimer(signal.ITIMER_REAL, work.soft_seconds)
    try:
        return Done(evaluate(work.data, work.name, work.options, listener))
    except MemoryError:
        raise  # what is left of this process is not to be trusted; the worker sees it die
    except Exception as error:  # noqa: BLE001 - a defect is a failed document, and the child lives on
        return failure(error)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def _on_alarm(_signal: int, _frame: FrameType | None) -> Any:
    raise EvaluationTimeoutError(limit="soft")


def _tell(line: socket.socket, event: str | StageFact) -> None:
    _say(line, Began(event) if isinstance(event, str) else Ended(event))


def _say(line: socket.socket, message: FromChild) -> None:
    line.sendall(frame(message))


def _read(line: socket.socket) -> bytes:
    (length,) = LENGTH.unpack(_exactly(line, LENGTH.size))
    return _exactly(line, length)


def _exactly(line: socket.socket, count: int) -> bytes:
    data = bytearray(count)
    view, got = memoryview(data), 0
    while got < count:
        read = line.recv_into(view[got:])
        if not read:
            raise EOFError
        got += read
    return bytes(data)


if __name__ == "__main__":
    main(int(sys.argv[1]))
