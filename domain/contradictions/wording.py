"""What a phrase is about, in words that carry meaning, and whether a sentence speaks of that same thing.

Two phrases are of one thing when the words of one stand close together in the other, with no word between or beside
them that would make it another thing (a place, a group, another measure).
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from math import log

import msgspec

from domain.language.words import fold

_LITTLE = """
a al ante bajo cada con contra cual cuales cuyo cuya de del desde durante e el ella ellos en entre es esa ese eso esta
este esto estos estas fue ha habra han hasta la las le les lo los mas mediante muy ni no nos o para pero por que se
sea segun ser sera seran si sin sobre son su sus tal tan tanto traves u un una uno unos unas y ya nro num
"""
_PLANNING = """
accion acciones administracion alcalde alcaldia alcance alcanzar alcanzara ano anos anual aspecto aspira asumido busca
cargo cifra cierre compromete compromiso concluir contar contara contaran contarse contemplado corresponde
corresponder corte costo cuanto cuatrienio cuatrenio cuenta cumplimiento cumplir deber debe debera dependencia
desarrollo destina destinado dispuesto dispone efecto ejecucion ejecutar encargado encuentra entidad espera estima
fecha fijado fin final finalizar gestion gobierno haber habitante hoy indicador indice informacion inicial iniciar
inversion leer limite linea base liderazgo lidera llegar llegue logra lograr logro mantener materia maximo medida meta
minimo mismo momento municipal municipio numero nuestro obliga objetivo obligacion obtener oficina ordenar parte
partir pasar periodo permite permitir plan planteado plazo porcentaje presente presupuesto prevista previsto preve
proceso producto programado propone proposito propuesto proyecta recae realizar recurso responde responder responsable
responsabilidad resultado secretaria sera situa situacion sostener suma tarea tardar tarde va van tendra tener
terminar termino tope total ubica unidad valor vence vencer vigencia actual actualmente actualidad cantidad asciende
asciendan adelante asignar cronograma designar dejar entregar horizonte quedar recibir recibimos registrar reto sacar
sacaremos traza trazar entrega entregara registra senala designa asigna queda quede diagnostico arroja
"""
_NARROWING = """
rural urbano urbana zona hombre mujer femenino masculino nino nina joven adolescente adulto mayor menor bruta bruto
neta neto nuevo nueva indigena afro discapacidad victima desplazado primaria secundaria media basica preescolar
superior privado publico oficial corregimiento vereda comuna barrio cabecera departamental nacional regional trimestre
semestre mensual materna infantil contributivo subsidiado primer primera segundo segunda tercera etapa fase
"""
_ENDS = re.compile(
    r"se|va|van|durante|segun|mediante|conforme|cuando|donde|gracias|asi|como|lo|mientras|quien|cuyo|antes|despues|dentro|"
    r"(?:es|son|fue|esta|estan|este|sera|seran|sea|tiene|tienen|habra|llega|llegue|alcance|pase|pasa|"
    r"\w{2,14}(?:ara|era|ira)n?)"
)
_QUALITY = re.compile(
    r"\w{2,18}(?:al|ales|ic[oa]s?|ari[oa]s?|ad[oa]s?|id[oa]s?|iv[oa]s?|os[oa]s?|an[oa]s?|entes?|bles?|il|iles)"
)
_VERBAL = re.compile(r"(\w+?)(?:ad[oa]|id[oa]|ar|er|ir|amiento|imiento|acion|icion)")
_TOKEN = re.compile(r"\d[\d.,]*\d|\d|[a-z]+|[^\sa-z\d]")
_STOPS = frozenset(".,;:()|")
_PREPOSITIONS = frozenset(["de", "del", "en", "para", "por", "con", "a", "al", "sobre"])
_COUNTS = ("numero", "porcentaje", "cantidad")

LONGEST_STEM = 7
SHORTEST_ROOT = 5
FEWEST = 3
"""Words that a thing must share before it is the same."""


def stem(word: str) -> str:
    """A folded word without number, gender and verbal ending, cut so that a verb and its noun meet."""
    if len(word) > 4 and word.endswith("es"):
        word = word[:-2] if word[-3] not in "aeiou" else word[:-1]
    elif len(word) > 3 and word.endswith("s"):
        word = word[:-1]
    if (verbal := _VERBAL.fullmatch(word)) and len(verbal[1]) >= SHORTEST_ROOT:
        return verbal[1][:LONGEST_STEM]
    if len(word) > 4 and word[-1] in "aoe":
        word = word[:-1]
    return word[:LONGEST_STEM]


_SMALL = frozenset(_LITTLE.split())
_GENERAL = frozenset(stem(w) for w in _PLANNING.split())
_NARROW = frozenset(stem(w) for w in _NARROWING.split())


class Token(msgspec.Struct, frozen=True):
    """A word, figure or mark of a text at its place; `stem` is empty for marks, figures and little words."""

    text: str
    stem: str
    start: int
    end: int

    @property
    def telling(self) -> bool:
        """Whether it says what a phrase is about rather than that a plan speaks."""
        return bool(self.stem) and self.stem not in _GENERAL


def tokens(text: str) -> tuple[Token, ...]:
    """The words, figures and marks of a text."""
    return tuple(
        Token(m.group(), "" if m.group() in _SMALL or not m.group().isalpha() else stem(m.group()), *m.span())
        for m in _TOKEN.finditer(fold(text))
    )


def telling(words: Iterable[Token]) -> frozenset[str]:
    """The stems that say what a phrase is about."""
    return frozenset(t.stem for t in words if t.telling and len(t.stem) > 2)


class Rarity(msgspec.Struct, frozen=True):
    """How much a word says in this document: little where it stands in many phrases."""

    counts: Mapping[str, int]
    total: int

    def weight(self, word: str) -> float:
        """From about 1 for a word of every phrase to about ten for one of a single phrase."""
        return 1.0 + log((1 + self.total) / (1 + self.counts.get(word, 0)))

    def of(self, words: Iterable[str]) -> float:
        """What the words say together, added up in one order so that every run gives the same digits."""
        return sum(self.weight(w) for w in sorted(words))


def rarity(phrases: Iterable[Iterable[str]]) -> Rarity:
    """Count in how many phrases each word stands."""
    counts: Counter[str] = Counter()
    total = 0
    for phrase in phrases:
        counts.update(set(phrase))
        total += 1
    return Rarity(counts, total)


class Likeness(msgspec.Struct, frozen=True):
    """Where a sentence speaks of a thing (token positions, half open) and how much of the thing it names (0-1)."""

    first: int
    last: int
    share: float


def likeness(
    sentence: Sequence[Token], thing: frozenset[str], rare: Rarity, *, least: float, near: frozenset[str] = frozenset()
) -> Likeness | None:
    """Where the sentence names at least the share `least` of the thing and nothing that makes it another one.

    `near` are words that may stand in front of the thing.
    """
    whole = _likeness(sentence, thing, rare, least=least, near=near, opening=frozenset())
    lead = _lead(sentence)
    opening = telling(sentence[:lead])
    if whole or not opening or not opening <= thing:
        return whole
    rest = _likeness(sentence[lead:], thing, rare, least=least, near=near, opening=opening)
    return rest and Likeness(rest.first + lead, rest.last + lead, rest.share)


def _likeness(
    sentence: Sequence[Token],
    thing: frozenset[str],
    rare: Rarity,
    *,
    least: float,
    near: frozenset[str],
    opening: frozenset[str],
) -> Likeness | None:
    window = _window(sentence, thing, rare)
    if window is None:
        return None
    first, last = window
    inside = telling(sentence[first:last])
    named = (inside | opening) & thing
    share = rare.of(named) / rare.of(thing)
    if len(named) < min(FEWEST, len(thing)) or share < least or inside - thing or (thing - named) & _NARROW:
        return None
    if _goes_on(sentence, last, thing) or _belongs(sentence, first, thing | near):
        return None
    return Likeness(first, last, share)


def _window(sentence: Sequence[Token], thing: frozenset[str], rare: Rarity) -> tuple[int, int] | None:
    """The stretch that has most of the thing's words and least of others."""
    best: tuple[float, int, int] | None = None
    score, start, seen = 0.0, -1, set[str]()
    for i, token in enumerate(sentence):
        if token.stem in thing:
            if start < 0:
                score, start, seen = 0.0, i, set()
            score += rare.weight(token.stem) if token.stem not in seen else 0.0
            seen.add(token.stem)
            if best is None or score > best[0]:
                best = (score, start, i + 1)
        elif start >= 0 and (token.telling or token.text in ".;"):
            score -= rare.weight(token.stem) if token.telling else 10.0
            start = start if score > 0 else -1
    return best and best[1:]


def _lead(sentence: Sequence[Token]) -> int:
    """Where "In rural schools, ..." ends: a sentence may open with the last part of a name."""
    comma = next((i for i, token in enumerate(sentence[:20]) if token.text == ","), 0)
    return comma if comma and sentence[0].text in _PREPOSITIONS else 0


def _goes_on(sentence: Sequence[Token], at: int, thing: frozenset[str]) -> bool:
    """Whether the phrase goes on behind the stretch with words that narrow it: "... de la zona rural"."""
    bound = False
    for token in sentence[at:]:
        if token.text in _STOPS or _ENDS.fullmatch(token.text):
            return False
        if token.text in _PREPOSITIONS or token.text in ("y", "e", "o", "que"):
            bound = True
        elif token.telling and token.stem not in thing:
            return bound or bool(_QUALITY.fullmatch(token.text))
    return False


def _belongs(sentence: Sequence[Token], at: int, thing: frozenset[str]) -> bool:
    """Whether the stretch belongs to another noun or verb: "dotación de ...", "dotar ..."."""
    for i in range(at - 1, -1, -1):
        token = sentence[i]
        if token.text in _STOPS or token.text == "que" or _ENDS.fullmatch(token.text):
            return False
        if token.telling:
            reflexive = i > 0 and sentence[i - 1].text == "se"  # "se registra 40 en ...": a verb, no noun
            return not reflexive and token.stem not in thing
    return False
