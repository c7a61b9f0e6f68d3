"""The detectors, in running order. A new one is one file and one line here."""

from domain.detectors import (
    causal,
    contradiction,
    feasibility,
    indicator,
    monetary,
    policy_alignment,
    responsibility,
    teoria_cambio,
)

DETECTORS = (
    policy_alignment.DETECTOR,
    responsibility.DETECTOR,
    monetary.DETECTOR,
    indicator.DETECTOR,
    feasibility.DETECTOR,
    causal.DETECTOR,
    contradiction.DETECTOR,
    teoria_cambio.DETECTOR,
)

BY_ID = {detector.id: detector for detector in DETECTORS}
