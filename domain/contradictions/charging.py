"""Which office a sentence puts in charge of something: as the one that acts, or as the one to whom it is given.

An office that stands behind "con", "ante" or "para" helps or receives and is in charge of nothing.
"""

import re
from collections.abc import Iterator

from domain.contradictions.conjugation import finite, participles, past, unfinished
from domain.language.entities import Entity
from domain.language.words import fold

_ACTS = """
encargar, responder, liderar, coordinar, dirigir dirij, conducir conduzc, gerenciar, orquestar, encabezar, asumir,
corresponder, competer, incumbir, recaer recaig recay, tocar, designar, delegar, confiar, encomendar encomiend,
adelantar, ejecutar, implementar, desarrollar, operar, administrar, gestionar, impulsar, tramitar, atender atiend,
garantizar, hacer hag har, jalonar, sacar, apersonar, regir rij, capitanear, comandar, guiar, articular, agenciar,
custodiar, tutelar, velar, ocupar, realizar, efectuar, cumplir, materializar, concretar, organizar, manejar,
abanderar, prestar, ejercer ejerz, promover promuev, acometer, emprender, poner, llevar, mover muev, echar, cuidar,
radicar, entregar, asignar, adscribir, atribuir atribuy, reposar, depositar, nombrar, investir, cargar, presidir,
pilotar, propiciar, depender,
"""
_ENTRIES = tuple(e.strip() for e in _ACTS.split(",") if e.strip())
_BEING = "tiene tendra tendran es sera seran hara debe debera estara queda quedara funge fungira"
_DOES = finite(_ENTRIES) | frozenset(_BEING.split())
_NOUNS = """
cargo responsabilidad responsable encargada encargado cabeza frente manos mano hombros batuta riendas timon mando
tutela conduccion direccion rectoria liderazgo lider coordinacion coordinadora competencia resorte orbita custodia
cuidado tarea funcion mision labor obligacion encargo doliente duena titular gestora gestor ejecutora ejecutor
operadora operador conductora rectora garante ejecucion gestion implementacion desarrollo realizacion operacion
administracion control cabo marcha
"""
ACTING = finite(_ENTRIES)
"""Forms with a person of verbs of being in charge and of carrying out."""
_WORK = "actividad actividades acciones labores funciones tareas temas asuntos gestiones compromisos"
CHARGING = ACTING | unfinished(_ENTRIES) | participles(_ENTRIES) | frozenset(f"{_NOUNS} {_WORK}".split())
"""Words of being in charge, which may have a thing as their object without making it another one."""

_COMMON = "hace hecho hecha cumple lleva pone direccion administracion gestion desarrollo control mano"
_DONE = participles(_ENTRIES)
_LAID = (finite(_ENTRIES) | past(_ENTRIES) | _DONE | frozenset(_NOUNS.split())) - frozenset(_COMMON.split())
_CALLED = "dependencia entidad instancia oficina sectorial llamada autoridad area"
_ROLES = frozenset(_NOUNS.split()) | frozenset(_CALLED.split())
_OFFICE = "\ue000"
_HELPS = re.compile(
    r"\b(?:con|ante|para|junto a|hacia|segun|entre|apoyo de|concurso de|sede de|oficinas de|personal de)"
    rf"(?: l[ao]s?| el)? ?{_OFFICE}"
)
_ROW = re.compile(rf"\d\s+{_OFFICE}|{_OFFICE}\s+(?:\d|[A-ZÁÉÍÓÚ])|[Rr]esponsables?:?\s+{_OFFICE}")
"""An office among the cells of a row that lost its lines."""
_SUBJECT = re.compile(
    r"(?:^|, |\b(?:que|donde|y) )(?:(?:desde|a traves de|por medio de|por intermedio de|en) )?"
    rf"(?:l[ao]s? |el )?{_OFFICE},? (?:(?:es|sera) )?(?:(?:la|el) )?"
    r"(?:(?:que|quien|cual|no|se|le|les|lo|la|los|las|tambien|directamente|unicamente) )*"
    r"(?P<verb>[a-z]+)"
)
_AFTER = re.compile(rf"\b(?P<verb>[a-z]+)(?: (?:a|por))? (?:(?:la|el) )?{_OFFICE}")
_IS = re.compile(r"\b(?:es|sera|son|seran|esta|estara|queda|quedara|quede) (?:l[ao]s? |el )?$")
_FUTURE = re.compile(r"\w{2,14}(?:ara|era|ira)n?")
_EXECUTIVE = re.compile(
    r"(?:sub)?secretari|sec\b|oficina|(?:sub)?direccion|(?:sub)?gerencia|instituto|departamento administrativo|unidad|"
    r"umata|comisaria|personeria|alcaldia|despacho|empresa|hospital|tesoreria|inspeccion|division|coordinacion|[a-z]{3,7}$"
)
"""Bodies that execute: a council or a board decides beside the office that executes."""
_OTHER_ACTS = """
recibir, contar cuent, participar, apoyar, acompanar, colaborar, contribuir contribuy, aportar, suministrar, facilitar,
informar, conocer, beneficiar, asesorar, brindar, ofrecer ofrezc, trasladar, remitir, mejorar, fortalecer, crear,
adquirir, publicar, reportar, presentar, solicitar, contratar, disponer dispondr, obtener obtendr, lograr, expedir,
certificar, evaluar, vigilar, verificar, revisar, supervisar, auditar, controlar, monitorear, escoger, elegir, decidir,
aprobar, autorizar, reglamentar, financiar, pagar, girar, presupuestar, seguir, medir, exigir, requerir, sancionar,
"""
_OTHERWISE = finite(e.strip() for e in _OTHER_ACTS.split(",") if e.strip())
"""Acts of an office that helps, receives, oversees or pays: another one may carry the thing out."""


def charged(sentence: str, named: list[Entity]) -> Iterator[Entity]:
    """The offices that the sentence puts in charge of something."""
    for office in named:
        marked = f"{sentence[: office.start]}{_OFFICE}{sentence[office.end :]}"
        folded = " ".join(fold(marked).split())
        if (
            _EXECUTIVE.match(fold(office.text))
            and not _HELPS.search(folded)
            and not _ROW.search(marked)
            and (_acts(folded) or _is_given(folded))
        ):
            yield office


def _acts(folded: str) -> bool:
    """Whether the office is the subject of a verb of doing, before it or behind it."""
    subject, inverted = _SUBJECT.search(folded), _AFTER.search(folded)
    return any(
        match is not None
        and match["verb"] not in _OTHERWISE
        and (match["verb"] in _DOES | _ROLES or _FUTURE.fullmatch(match["verb"]) is not None)
        for match in (subject, inverted)
    )


def _is_given(folded: str) -> bool:
    """Whether something is laid on the office: a word of charge beside it, or one before "es la Secretaría"."""
    before, _, after = folded.partition(_OFFICE)
    near = re.findall(r"[a-z]+", re.split(r"[.,;:]", before)[-1])[-6:]
    far = re.findall(r"[a-z]+", before) if _IS.search(before) else []
    # A participle behind the office is its own or another's: "la Oficina, de manera coordinada, podrá ...".
    behind = [w for w in re.findall(r"[a-z]+", after)[:5] if w not in _DONE]
    return not _LAID.isdisjoint((*near, *far, *behind))
