"""A small child that takes its time, and writes down who evaluates when: for tests that kill in mid-document."""

import os
import time
from collections.abc import Callable
from pathlib import Path

from domain.options import Options
from domain.ports import Outcome, StageListener
from tests.fakes import small_child


def make(argument: bytes) -> Callable[[bytes, str, Options, StageListener], Outcome]:
    """Each document is "FOLDER SECONDS name": its evaluation leaves a line in FOLDER/started, and takes SECONDS."""

    def evaluate(data: bytes, name: str, options: Options, on_stage: StageListener) -> Outcome:
        folder, seconds, document = data.decode().split()
        with (Path(folder) / "started").open("a") as log:
            log.write(f"{document} {os.getpid()} {os.getppid()} {time.monotonic():.4f}\n")
        on_stage("embedding_generation")
        time.sleep(float(seconds))
        return small_child.evaluate(data, name, options, on_stage)

    return evaluate
