"""Word classes of Spanish prose, good enough to cut a clause: by endings and short closed lists, not by a parser."""

import re
from functools import lru_cache

WORD = re.compile(r"\w+(?:[.,]\d+)*|[^\w\s]")
_INFINITIVE = re.compile(r"\w{2,}(?:[aei]r|ír)(?:se|l[aeo]s?|nos|me)?")
_NOMINAL = re.compile(r"\w{2,}(?:ci[óo]n|si[óo]n|ciones|siones|mientos?|ajes?|anzas?|encias?|ancias?|idad|idades|ura)")
_GERUND = re.compile(r"\w{2,}[aiy][eé]?ndo(?:se|l[aeo]s?)?|\w{2,}iendo\w{0,3}")
_PARTICIPLE = re.compile(r"\w{2,}(?:[aií]d[oa]s?)")
_FINITE = re.compile(r"\w{2,}(?:r[áé]n?|remos|ar[íi]an?|ió|aron|ieron|aba|aban|emos|amos)")

# One line is a class and its words; a word of two classes has the later one.
_CLOSED = """
art: el la los las un una unos unas lo
det: su sus este esta estos estas ese esa dicho dicha dichos dichas cada nuestro nuestra
y: y e o u ni
de: de del
a: a al
prep: sobre entre desde hacia hasta sin bajo ante tras dentro durante contra
rel: donde cual cuales quien quienes cuyo cuya cuando si aunque pero sino porque pues mientras
se: se le les nos lo
adv: así además también igualmente mismo manera forma través medio caso fin partir
que: que
en: en
con: con
por: por
para: para
como: como
mediante: mediante
no: no
según: según
tanto: tanto
más: más
especialmente: especialmente
principalmente: principalmente
fin: es son fue fueron ha han hay debe deben puede pueden requiere requieren busca buscan pretende pretenden propone
fin: tiene tienen cuenta cuentan existe existen presenta presentan está están hace hacen permite permiten genera
fin: generan plantea incluye contempla adelanta realiza encuentra encuentran constituye sea sean sido siendo era
fin: evidencia
"""
_NOT_INFINITIVE = """
mujer hogar lugar familiar escolar popular taller similar regular militar particular poder deber bienestar mar par bar
azúcar celular circular nuclear singular titular vehicular alquiler azar cáncer carácter líder ayer mejor preescolar
extraescolar intramural solar auxiliar alimentar malestar pilar altar curricular molecular vascular
"""
_CLASS = {
    word: kind
    for kind, _, words in (line.partition(": ") for line in _CLOSED.strip().splitlines())
    for word in words.split()
}
_NOUNS_IN_R = frozenset(_NOT_INFINITIVE.split())


_SIGNS = ',;:.()-–?"/'
_OPEN_CLASSES = ("num", "inf", "nom", "ger", "part", "fin", "adv", "cap", "word", "sign")

KINDS = tuple(dict.fromkeys((*_CLASS.values(), *_OPEN_CLASSES, *_SIGNS)))
"""All classes that `kind_of` gives."""


@lru_cache(maxsize=20_000)
def kind_of(word: str) -> str:
    """The class of a word: `art`, `de`, `inf` (infinitive), `nom` (action noun), `fin` ..., or the sign itself."""
    if not word[0].isalnum():
        return word if word in _SIGNS else "sign"
    low = word.lower()
    if low in _CLASS:
        return _CLASS[low]
    return "num" if low[0].isdigit() else _by_ending(low, word)


def _by_ending(low: str, word: str) -> str:
    if _INFINITIVE.fullmatch(low) and low not in _NOUNS_IN_R:
        return "inf"
    for kind, pattern in (("nom", _NOMINAL), ("ger", _GERUND), ("part", _PARTICIPLE), ("fin", _FINITE)):
        if pattern.fullmatch(low):
            return kind
    if low.endswith("mente"):
        return "adv"
    return "cap" if word[0].isupper() else "word"
