"""Children that evaluate whole documents without a model: ours with the fake embedder, and the naive stack likewise."""

from collections.abc import Sequence

import numpy as np

from app.evaluator import compose
from domain.release import freeze
from scripts.bench.evaluation.timed import EvaluateOne, timed
from scripts.bench.naive import Means, Naive, work_of
from tests.fakes.embedder import FakeEmbedder


class FakeMeans(Means):
    """Means by the fake embedder."""

    def means(self, texts: Sequence[str]) -> np.ndarray:
        return FakeEmbedder().embed(texts, kind="passage")


def _ours():
    return compose(FakeEmbedder(), freeze("test", "0", {}))


def ours(argument: bytes) -> EvaluateOne:
    """Our evaluation."""
    return timed(work_of(_ours()))


def naive(argument: bytes) -> EvaluateOne:
    """The naive one."""
    return timed(work_of(Naive(FakeMeans(), _ours())))
