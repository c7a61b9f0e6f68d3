"""What a caller may switch off: one switch a detector. The options are part of an evaluation's hash."""

import msgspec

SWITCHES = {
    "enable_responsibility_detection": "responsibility",
    "enable_monetary_detection": "monetary",
    "enable_indicator_extraction": "indicator",
    "enable_feasibility_scoring": "feasibility",
    "enable_causal_analysis": "causal",
    "enable_contradiction_detection": "contradiction",
    "enable_teoria_cambio": "teoria_cambio",
    "enable_policy_alignment": "policy_alignment",
}
"""Switch -> detector id."""


class Options(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which detectors run; a detector that did not run shows in the result as not evaluated."""

    enable_responsibility_detection: bool = True
    enable_monetary_detection: bool = True
    enable_indicator_extraction: bool = True
    enable_feasibility_scoring: bool = True
    enable_causal_analysis: bool = True
    enable_contradiction_detection: bool = True
    enable_teoria_cambio: bool = True
    enable_policy_alignment: bool = True

    def switched_off(self) -> tuple[str, ...]:
        """Ids of the detectors that are not to run."""
        return tuple(detector for switch, detector in SWITCHES.items() if not getattr(self, switch))
