"""What tenants keep, counted in memory."""

from collections.abc import Mapping

from domain.storage import UsageTally


class MemoryUsageTally(UsageTally):
    """`counts` may be looked at."""

    def __init__(self) -> None:
        self.counts: dict[str, int] = {}

    async def add(self, tenant: str, amount: int) -> int:
        self.counts[tenant] = self.counts.get(tenant, 0) + amount
        return self.counts[tenant]

    async def used(self, tenant: str) -> int:
        return self.counts.get(tenant, 0)

    async def replace(self, counts: Mapping[str, int]) -> None:
        self.counts = dict(counts)
