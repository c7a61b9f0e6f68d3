"""The evidence registry: everything that was found, in a fixed order, sealed with a hash."""

from collections.abc import Iterable, Mapping
from functools import cached_property

import msgspec

from domain.canonical import digest
from domain.evidence import Evidence


class Registry(msgspec.Struct, frozen=True, kw_only=True, dict=True):
    """Sealed evidence, ordered by id; `hash` was taken when it was sealed.

    The hash covers what was found and where, never times, hosts or unrounded floats.
    """

    items: tuple[Evidence, ...]
    hash: str

    @cached_property
    def by_id(self) -> Mapping[str, Evidence]:
        """Evidence by its id."""
        return {e.id: e for e in self.items}

    def unchanged(self) -> bool:
        """Whether the content still has the hash of its sealing."""
        return digest(self.items) == self.hash


def seal(*groups: Iterable[Evidence]) -> Registry:
    """Join groups of evidence into one registry; the same id counts once, the first wins."""
    items: dict[str, Evidence] = {}
    for group in groups:
        for evidence in group:
            items.setdefault(evidence.id, evidence)
    ordered = tuple(items[key] for key in sorted(items))
    return Registry(items=ordered, hash=digest(ordered))
