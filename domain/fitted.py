"""The small models that detectors choose with, as one thing that a release has and a fold of a measurement replaces."""

import msgspec

from domain.causality.model import Model as Causes
from domain.indicators.weights import Model as Indicators
from domain.responsibles.model import Model as Responsibles


class Fitted(msgspec.Struct, frozen=True, kw_only=True):
    """Weights fitted on readers' labels (source: scripts/training), by what they choose."""

    causes: Causes
    indicators: Indicators
    responsibles: Responsibles
