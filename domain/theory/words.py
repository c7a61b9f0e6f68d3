"""Words that tell the levels of the chain apart, and what makes two namings of one thing the same."""

import re
from collections.abc import Sequence

from domain.language.words import fold

# Folded words: what a plan wants to be rid of, what it wants to change, and what it wants it for in the end.
ILL = re.compile(
    r"\b(?:reduc|disminu|evit|preven|mitig|erradic|super|combat|contrarrest|elimin|enfrent|"
    r"minimiz)\w{0,12}\s+(?:\w{1,14}\s+){0,5}?"
    r"(?:violencia|pobreza|riesgo|deficit|mortalidad|morbilidad|desercion|embarazo|consumo|trabajo infantil|"
    r"maltrato|contaminacion|"
    r"deforestacion|desempleo|informalidad|inseguridad|delito|hurto|homicidio|delincuencia|desnutricion|"
    r"hacinamiento|desplazamiento|"
    r"brecha|desigualdad|inequidad|discriminacion|exclusion|vulnera\w{0,8}|analfabetismo|enfermedad\w{0,3}|"
    r"conflicto\w?|desastre\w?|"
    r"accident\w{0,8}|reclutamiento|amenaza\w?|inundacion\w{0,2}|abuso\w?|suicidio\w?|evasion|corrupcion)"
)
CHANGE = re.compile(
    r"\b(?:reduc|disminu|aument|increment|mejor|garantiz|super|evit|preven|mitig|erradic|ampli|elev|recuper|"
    r"proteg|acceso|acced|"
    r"cobertura|calidad|permanencia|convivencia|inclusion|restablec|goce)"
)
IMPACT = re.compile(
    r"calidad de vida|condiciones de vida|\bbienestar\b|desarrollo (?:humano|sostenible|integral|social|"
    r"economico)|\bpaz\b|"
    r"equidad|igualdad|justicia social|pobreza|largo plazo|generaciones futuras|tejido social|cohesion social|"
    r"sostenibilidad|"
    r"goce efectivo|dignidad|vida digna|cierre de brechas|progreso|prosperidad|competitividad|reconciliacion"
)
PROGRAMME = re.compile(
    r"\b(?:sub)?programa|\bproyecto|\bsector\b|\beje\b|\blinea\b|\barticulo\b|\bcomponente\b|\bpilar\b"
)
_NAMELESS = re.compile(
    r"\W*(?:\d[\d.]*\W+)?(?:metas?\b|indicadores|e ind\w+|objetivos?\b|diagnosticos?\b|estrategias?\b|"
    r"lineas? base|linea\W*$|resultados?\b|"
    r"productos?\b|situacion|introduccion|presentacion|problem\w+|justificacion|descripcion|programas y\b|"
    r"programas?\W*$|"
    r"proyectos?\W*$|subprogramas?\W*$|acciones\b|fuentes?\b|tabla\b|grafic|plan estrategico\b|marco\b|vision\b|"
    r"mision\b|anexo)"
)
_CALLED = re.compile(r"^(?:sub)?programa (?:no? )?(?:\d+ )*")
_WIDE = re.compile(r"\W*(?:titulo|libro|parte|(?:primera|segunda|tercera|cuarta) parte|capitulo|plan de desarrollo)\b")
_REMEDY = re.compile(r"\w{3,}[aei]r$|estrategias?$|programas?$|proyectos?$|actividad|accion|campana|medidas?$|plan")
_EMPTY = re.compile(
    r"sobre|entre|desde|hasta|segun|porcentaje|numero|indice|cobertura|proporcion|personas|poblacion|municipio|"
    r"municipal|implementacion|implementado|implementada|programa|proyecto|servicio|servicios|metas|realizado|"
    r"realizada|realizados|realizadas|apoyado|apoyada|apoyados|apoyadas|planes|sector|linea|articulo|"
    r"fortalecimiento|fortalecido|fortalecida|desarrollo|gestion|atencion|atendidas|atendidos|mejoramiento"
)


def home(path: Sequence[str]) -> str:
    """The innermost heading that names something: "Metas e indicadores" stands in every chapter and names nothing."""
    headings = (squeezed(heading) for heading in reversed(path))
    return next((h for h in headings if names(h)), "")


def troubles(text: str) -> bool:
    """Whether words that the causal detector takes for a problem can name one: what begins with a verb or a remedy,
    or is a single word, cannot."""
    words = key(text).split()
    return len(words) > 1 and not _REMEDY.match(words[0])


def homes(path: Sequence[str]) -> frozenset[str]:
    """Every heading above that names something narrower than a part of the book, made comparable."""
    return frozenset(key(h) for h in path if names(squeezed(h)) and not _WIDE.match(fold(squeezed(h))))


def names(heading: str) -> bool:
    """Whether a heading, or the cell that stands for one, names anything."""
    return len(heading) > 3 and bool(re.search(r"[^\W\d_]{3}", heading)) and not _NAMELESS.match(fold(heading))


def squeezed(text: str) -> str:
    """The words with single spaces."""
    return " ".join(text.split())


def programme_key(text: str) -> str:
    """The key of a programme, the same with "Programa:" before its name as without."""
    words = key(text)
    bare = _CALLED.sub("", words)
    return bare if re.search(r"[a-z]{3}", bare) else words


def key(text: str) -> str:
    """What two namings of one thing share: their words, folded, without marks."""
    return re.sub(r"\W+", " ", fold(squeezed(text))).strip()[:120]


def stems(text: str) -> frozenset[str]:
    """The beginnings of the words that carry a meaning of their own."""
    return frozenset(word[:6] for word in key(text).split() if len(word) > 4 and not _EMPTY.fullmatch(word))
