"""Raising and lowering: the verbs and nouns of either direction, and where the thing that they move begins and ends.

The object begins behind the verb or noun and ends where the sentence says how, until when or what for; what is moved
is the same thing with or without that.
"""

import re
from collections.abc import Iterable

from domain.contradictions.wording import telling, tokens
from domain.language.words import beginning

_UP_VERBS = """
aumentar, incrementar increment, ampliar, elevar, subir, acrecentar acrecient, expandir, extender extiend, multiplicar,
maximizar, engrosar engrues, alzar, crecer crezc, ensanchar,
"""
_DOWN_VERBS = """
reducir reduzc, disminuir disminuy, bajar, rebajar, recortar, mermar, aminorar, minimizar, contraer contraig,
restringir restrinj, eliminar, erradicar, frenar, decrecer decrezc, menguar, encoger encoj,
"""
_UP_NOUNS = (
    "aumento incremento ampliacion elevacion alza crecimiento expansion extension acrecentamiento multiplicacion"
)
_DOWN_NOUNS = (
    "reduccion disminucion baja rebaja recorte merma descenso decrecimiento minimizacion eliminacion erradicacion"
)

_SOFT = {"g": "gu", "c": "qu", "z": "c"}


def _moving(entries: Iterable[str]) -> str:
    """Infinitives and futures of verbs, as one alternative: the present tells how things are."""
    return f"(?:{'|'.join(entry.split()[0] for entry in entries)})(?:an?|emos)?"


def _wished(entries: Iterable[str]) -> str:
    """Subjunctives of the third person, as one alternative: "que aumente", "que disminuyan"."""
    return f"(?:{'|'.join(_subjunctives(entries))})n?"


def _subjunctives(entries: Iterable[str]) -> list[str]:
    out = []
    for infinitive, *others in (entry.split() for entry in entries):
        root, vowel = infinitive[:-2], "e" if infinitive.endswith("ar") else "a"
        soft = root[:-1] + _SOFT[root[-1]] if vowel == "e" and root[-1] in _SOFT else root
        out += [base + vowel for base in (others or [soft])]
    return out


def _entries(block: str) -> list[str]:
    return [e.strip() for e in block.split(",") if e.strip()]


_UP, _DOWN = _entries(_UP_VERBS), _entries(_DOWN_VERBS)
VERBS = telling(tokens(" ".join(e.split()[0] for e in (*_UP, *_DOWN)) + " sostener mantener"))
"""The roots of both, of which a thing that is raised or lowered has none."""

_OBJECT = r"(?P<object>[a-z0-9 ]{6,160})"
_NOUN_OF = r"\s+(?:progresiv[oa] |gradual |sostenid[oa] |significativ[oa] |sustancial )?(?:del?|en)\s+"
AIM = re.compile(
    rf"\b(?<!\bno )(?<!\bsin )(?<!evitar )(?:se )?(?:(?P<up>{_moving(_UP)})|(?P<down>{_moving(_DOWN)}))\s+{_OBJECT}"
)
"""A verb in the infinitive or the future, and its object."""
WISHED = re.compile(rf"\bque (?:se )?(?:(?P<up>{_wished(_UP)})|(?P<down>{_wished(_DOWN)}))\s+{_OBJECT}")
"""The same in the subjunctive: "que aumente la cobertura"."""
NOUN = re.compile(
    rf"\b(?:el|la|un|una|al) (?:(?P<up>{'|'.join(_UP_NOUNS.split())})|(?P<down>{'|'.join(_DOWN_NOUNS.split())}))"
    rf"{_NOUN_OF}{_OBJECT}"
)
"""The same as a noun, which is an aim only where the words before it say so."""
MOVED = re.compile(
    rf"\bque (?P<object>(?:el|la|los|las) [a-z0-9 ]{{6,120}}?) (?<!\bno )(?:se )?"
    rf"(?:(?P<up>{_wished(_UP)})|(?P<down>{_wished(_DOWN)}))\b"
)
"""The object first: "que la cobertura aumente"."""

CLAUSE = re.compile(rf"\b{_wished((*_UP, *_DOWN))}\b")
"""A word without which a text has neither of the two clauses."""

_FORMS = (*(e.split()[0] for e in (*_UP, *_DOWN)), *_subjunctives((*_UP, *_DOWN)))
MOVING = beginning((*_FORMS, *_UP_NOUNS.split(), *_DOWN_NOUNS.split()))
"""The beginning of a word without which a text has none of all these."""

_HOW = (
    r"de (?:manera|forma|modo) [a-z]+|"
    r"como (?:condicion|parte|mecanismo|estrategia|medida|resultado|aporte|requisito|medio)"
)
_BY_WHOM = (
    r"con (?:el (?:fin|proposito|objeto|objetivo|animo|apoyo|concurso|acompanamiento|esfuerzo|compromiso|respaldo)|"
    r"la (?:participacion|ayuda|colaboracion|finalidad|cooperacion)|enfoque|base en|miras)"
)
_UNTIL = (
    r"durante|en los proximos|en el cuatrienio|en este|al final|al (?:termino|cierre|terminar|concluir|culminar)|"
    r"en el (?:corto|mediano|largo) plazo|a (?:corto|mediano|largo) plazo|a lo largo|de aqui a|antes de|cuando|"
    r"ano tras ano|cada ano|dia a dia|en (?:cuatro|4) anos|a partir"
)
OBJECT_END = re.compile(
    rf"\b(?:en un|en el \d|en al menos|en \d|al \d|a un|mediante|a traves|para|desde|hasta|por medio|que|segun|"
    rf"conforme|gracias a|de acuerdo|en (?:beneficio|favor|pro|aras)|asi como|de la mano|{_HOW}|{_BY_WHOM}|{_UNTIL})\b"
)
"""Where the object is over."""
