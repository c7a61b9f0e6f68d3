"""The written forms of Spanish verbs, folded, from their infinitives: enough to know a verb of a list where it stands.

An entry is an infinitive with the other roots that it takes: "cerrar cierr" also gives "cierra".
"""

from collections.abc import Iterable
from functools import cache

_PRESENT = {"a": "a an amos e en emos", "e": "e en emos a an amos", "i": "e en imos a an amos"}
_PAST = {"a": "aron aba aban", "e": "io ieron ia ian eron", "i": "io ieron ia ian eron"}
_FUTURE = "a an emos ia ian"
_GERUND = {"a": "ando", "e": "iendo yendo", "i": "iendo yendo"}
_PARTICIPLE = {"a": "ad", "e": "id", "i": "id"}
_ENDINGS = ("o", "a", "os", "as")
_CLITICS = ("", "se", "lo", "la", "los", "las", "le", "les", "nos")
_GAINS_U = {"g": "gu", "c": "qu", "z": "c"}


@cache
def _roots(infinitive: str) -> tuple[str, ...]:
    """The regular root, and the one that keeps its sound before an e ("lograr logr", "alcanzar alcanc")."""
    root = infinitive[:-2]
    soft = _GAINS_U.get(root[-1:]) if infinitive.endswith("ar") else None
    return (root, root[:-1] + soft) if soft else (root,)


def finite(entries: Iterable[str]) -> frozenset[str]:
    """Forms with a person: present, subjunctive, past, future and conditional.

    "Logró" is left out: without its accent it is the noun "logro", and so are many.
    """
    out: set[str] = set()
    for entry in entries:
        infinitive, *others = entry.split()
        vowel = infinitive[-2]
        for root in (*_roots(infinitive), *others):
            out.update(root + end for end in f"{_PRESENT[vowel]} {_PAST[vowel]}".split())
        for base in (infinitive, *(o for o in others if o.endswith("r"))):
            out.update(base + end for end in _FUTURE.split())
    return frozenset(out)


def past(entries: Iterable[str]) -> frozenset[str]:
    """The past of the third person: "acordó" and "acordaron", folded."""
    ends = {"a": ("o", "aron"), "e": ("io", "ieron", "o"), "i": ("io", "ieron", "o")}
    out: set[str] = set()
    for infinitive, *others in (entry.split() for entry in entries):
        out.update(root + end for root in (infinitive[:-2], *others) for end in ends[infinitive[-2]])
    return frozenset(out)


def unfinished(entries: Iterable[str]) -> frozenset[str]:
    """Infinitives with their pronouns, and gerunds."""
    out: set[str] = set()
    for infinitive, *others in (entry.split() for entry in entries):
        out.update(infinitive + clitic for clitic in _CLITICS)
        out.update(root + end for root in (infinitive[:-2], *others) for end in _GERUND[infinitive[-2]].split())
    return frozenset(out)


def participles(entries: Iterable[str]) -> frozenset[str]:
    """Participles of every gender and number, the irregular ones from those other roots that end in t or ch."""
    out: set[str] = set()
    for infinitive, *others in (entry.split() for entry in entries):
        roots = (infinitive[:-2] + _PARTICIPLE[infinitive[-2]], *(o for o in others if o.endswith(("t", "ch"))))
        out.update(root + end for root in roots for end in _ENDINGS)
    return frozenset(out)
