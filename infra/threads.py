"""One thread for the linear algebra of a process that evaluates.

Its matrices are small, and threads of OpenBLAS that wait for the next one spin: they took a second processor for two
thirds of an evaluation and gave nothing.
"""

import os
from collections.abc import Mapping

_ONE_THREAD: Mapping[str, str] = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}


def surroundings() -> dict[str, str]:
    """The environment for such a process: this one's, and one thread."""
    return {**os.environ, **_ONE_THREAD}  # noqa: TID251 - it passes on what it does not read


def settle() -> None:
    """The same for this process. Works only before numpy is imported."""
    os.environ.update(_ONE_THREAD)  # noqa: TID251 - it sets what a library reads
