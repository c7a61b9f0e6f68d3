"""Sanctions in memory."""

from collections.abc import Callable

from domain.sanctions import Sanction, Sanctions


class MemorySanctions(Sanctions):
    """Those of one process."""

    def __init__(self) -> None:
        self.kept: dict[str, Sanction] = {}

    def of(self, address: str, now: float) -> Sanction | None:
        found = self.kept.get(address)
        return found if found and found.ends > now else None

    def all(self, now: float) -> tuple[Sanction, ...]:
        return tuple(sorted((s for s in self.kept.values() if s.ends > now), key=lambda s: -s.begins))

    async def change(self, address: str, make: Callable[[Sanction | None], Sanction | None]) -> Sanction | None:
        made = make(self.kept.get(address))
        if made is None:
            self.kept.pop(address, None)
        else:
            self.kept[address] = made
        return made

    async def refresh(self, now: float) -> None:
        pass
