"""Processes that evaluate have one thread for linear algebra."""

import subprocess
import sys

from infra.threads import surroundings

COUNT = "import numpy as np, threading, os; a = np.ones((600, 600)); a @ a; print(len(os.listdir('/proc/self/task')))"


def threads_of(program: str) -> int:
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    return int(done.stdout)


def test_what_is_started_with_these_surroundings_has_one():
    done = subprocess.run([sys.executable, "-c", COUNT], capture_output=True, text=True, check=True, env=surroundings())

    assert int(done.stdout) == 1


def test_a_process_that_settles_before_numpy_has_one():
    assert threads_of(f"from infra.threads import settle; settle(); {COUNT}") == 1
