"""What a phrase is about: its words cut to their roots, without those that only say that a plan speaks."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import lru_cache
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
_VERBAL = re.compile(r"(\w+?)(?:ad[oa]|id[oa]|ar|er|ir|amiento|imiento|acion|icion)")
_TOKEN = re.compile(r"\d[\d.,]*\d|\d|[a-z]+|[^\sa-z\d]")

LONGEST_STEM = 7
SHORTEST_ROOT = 5


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
    return tuple(Token(word := m.group(), _stem(word), *m.span()) for m in _TOKEN.finditer(fold(text)))


@lru_cache(maxsize=20_000)
def _stem(word: str) -> str:
    return "" if word in _SMALL or not word.isalpha() else stem(word)


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
