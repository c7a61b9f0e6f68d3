"""A release: everything that decides a score, named and hashed. The same release and document give the same bytes."""

from collections.abc import Mapping

import msgspec

from domain.canonical import digest
from domain.errors import ReleaseMismatchError


class Release(msgspec.Struct, frozen=True, kw_only=True):
    """A frozen manifest: input name -> SHA-256. `id` is taken over name, version and inputs."""

    id: str
    name: str
    version: str
    inputs: Mapping[str, str]


def freeze(name: str, version: str, inputs: Mapping[str, str]) -> Release:
    """The release that these inputs make."""
    ordered = dict(sorted(inputs.items()))
    return Release(id=digest((name, version, ordered))[:16], name=name, version=version, inputs=ordered)


def verify(frozen: Release, found: Release) -> None:
    """Freeze verification: raises ReleaseMismatchError naming each input that is not as frozen."""
    names = sorted(set(frozen.inputs) | set(found.inputs))
    changed = [n for n in names if frozen.inputs.get(n) != found.inputs.get(n)]
    if changed or frozen.id != found.id:
        raise ReleaseMismatchError(f"not as frozen in release {frozen.id}: {', '.join(changed) or 'name or version'}")
