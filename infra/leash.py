"""Processes that die with the one that started them, even when that one is killed with -9."""

import sys

_LAUNCH = """
import ctypes, os, signal, sys
prctl = getattr(ctypes.CDLL(None), 'prctl', None)
if prctl:
    prctl(1, signal.SIGKILL, 0, 0, 0)
if os.getppid() != int(sys.argv[1]):
    sys.exit(1)
os.execv(sys.argv[2], sys.argv[2:])
"""


def leashed(parent: int, *command: str) -> tuple[str, ...]:
    """The command line that runs `command` until the process `parent` dies.

    PR_SET_PDEATHSIG survives exec, so the small launcher serves programs that know nothing of it. The signal comes when
    the thread that started the process ends: start such processes from the main thread.
    """
    return (sys.executable, "-ISc", _LAUNCH, str(parent), *command)
