"""How long to wait before something is tried again: longer each time, and never the same for all who wait."""

_FIRST_SECONDS = 0.1
_FACTOR = 5.0
_MOST_SECONDS = 30.0


def backoff_seconds(failures: int, chance: float) -> float:
    """Seconds after so many failures before this one; `chance` in [0, 1) spreads them from half to one and a half."""
    return min(_MOST_SECONDS, _FIRST_SECONDS * _FACTOR**failures) * (0.5 + chance)
