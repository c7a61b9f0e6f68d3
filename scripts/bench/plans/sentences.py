"""Sentences of a made plan: wordings of planning Spanish with names, figures and offices put in."""

import random
from collections.abc import Sequence
from string import Formatter

from scripts.bench.plans.vocabulary import ALLIES, FIRST, FUNDS, GROUPS, LAST, LAWS, MIDDLE, PLACES, SOURCES, Sector

_SITUATION = (
    "En {year}, {measure} fue de {figure} ({unit}), según {source}; en {place} llegó a {figure2}.",
    "La brecha entre la cabecera y {place} es de {figure} puntos; en el departamento es de {figure2}.",
    "De las {count} personas registradas en {place}, el {figure} % pertenece al grupo de {group}.",
    "El municipio no cuenta con información reciente sobre {problem} en {place}, por lo que se usa {source} de {year}.",
    "Entre {year} y 2023 el indicador «{measure}» pasó de {figure} a {figure2}, lejos de la meta nacional.",
    "En las mesas de {place} y {place2} la comunidad señaló {problem} como la prioridad número {small}.",
    "La {office} dispone de {small} profesionales y {small2} contratistas para atender {count} solicitudes al año.",
    "Para {year} se reportaron {count} casos, {small} de ellos en {place}, con corte a diciembre y fuente {source}.",
)
_CAUSAL = (
    "{Cause} en {place} genera {effect}, que afecta a {count} hogares.",
    "{Problem} se debe a {cause} y a {cause2}; como consecuencia, {effect} alcanzó {figure} % en {year}.",
    "Debido a {cause} en la zona de {place}, {effect} creció {figure} % entre {year} y 2023.",
    "Si se interviene {cause} en {place}, se reduce {problem} y, por tanto, {effect} en {small} veredas.",
    "{Effect} es resultado de {cause}, especialmente entre {group} de {place} y {place2}.",
    "La causa principal de {problem} en {place} es {cause}, lo que conduce a {effect} de {count} familias.",
)
_AIM = (
    "El programa «{programme}» busca reducir {problem} en {place} con la entrega de {count} {product} hasta {later}.",
    "La {office} será responsable de la ejecución, en coordinación con {ally}, y rendirá cuentas cada {small} meses.",
    "Se destinarán ${amount} millones de {fund} y ${amount2} millones de {fund2} para {count} personas de {place}.",
    "La meta del cuatrienio es llevar {measure} de {figure} a {figure2}, con énfasis en {group} de {place}.",
    "En cumplimiento de {law}, se dará prioridad a {group} de {place} en las {small} convocatorias de {later}.",
    "La alianza con {ally} permitirá que {place} y {place2} reciban {count} cupos sin costo para los hogares.",
    "El seguimiento se hará con {source} cada {small} meses; si el avance no llega a {figure} %, se ajustará.",
    "La sostenibilidad de «{programme}» después de 2027 se apoya en {fund} por ${amount} millones anuales y en {ally}.",
)
_MONEY = (
    "El sector dispone de ${amount} millones, de los cuales {figure} % proviene de {fund} y el resto de {fund2}.",
    "La vigencia {later} concentra ${amount} millones para {programme}, de los que {ally} pone ${amount2} millones.",
    "La proyección supone un crecimiento de {figure} % en {fund} y de {figure2} % en {fund2} hasta {later}.",
    "Quedan ${amount} millones por gestionar ante {ally} para {count} {product} en {place}.",
)
_FOLLOWING = (
    "El {group} de {place} tendrá {small} cupos en la veeduría de {programme}, según {law}.",
    "La {office} publicará el tablero de {programme} el día {small} de cada mes, con datos de {source} para {place}.",
    "El riesgo de que {cause} frene {programme} en {place} se atiende con {ally} y una reserva de ${amount} millones.",
    "Cada {small} meses el Consejo de Gobierno revisará {count} {product} y decidirá los ajustes para {later}.",
)
_ITEM = (
    "Fortalecer {programme} en {place} con {ally} y {count} {product}.",
    "Atender a {count} {group} de {place} por medio de la {office}.",
    "Gestionar ${amount} millones de {fund} para {place} en {later}.",
    "Reducir {problem} de {figure} % a {figure2} % en {place}.",
)
WORDINGS = {
    "situation": _SITUATION,
    "causal": _CAUSAL,
    "aim": _AIM,
    "money": _MONEY,
    "following": _FOLLOWING,
    "item": _ITEM,
}


class Teller:
    """Says sentences about a sector, always others; `chance` decides, so a seed says the same."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        self.town = self.name()
        self._places = [*chance.sample(PLACES, 6), *(self.name() for _ in range(24))]

    def name(self) -> str:
        """A name that no place has, most probably."""
        pick = self.chance.choice
        return pick(("", "", "San ", "Puerto ", "Villa ", "Santa ")) + pick(FIRST) + pick(MIDDLE) + pick(LAST)

    def place(self) -> str:
        """A village of the municipality."""
        return self.chance.choice(self._places)

    def sentence(self, kind: str, sector: Sector) -> str:
        """One sentence of a kind of `WORDINGS`."""
        wording = self.chance.choice(WORDINGS[kind])
        named = {name for _, name, _, _ in Formatter().parse(wording) if name}
        text = wording.format(**{name: self._slot(name, sector) for name in sorted(named)})
        return text[0].upper() + text[1:]

    def paragraph(self, sector: Sector, *kinds: str) -> str:
        """A sentence of each kind in order, as one paragraph."""
        return " ".join(self.sentence(kind, sector) for kind in kinds)

    def figure(self) -> str:
        """A number with one decimal, as Spanish writes it."""
        return f"{self.chance.uniform(2, 97):.1f}".replace(".", ",")

    def count(self, most: int = 9000) -> str:
        """A whole number, with points between thousands."""
        return f"{self.chance.randint(12, most):,}".replace(",", ".")

    def pick(self, options: Sequence[str]) -> str:
        """One of them."""
        return self.chance.choice(options)

    def _slot(self, name: str, sector: Sector) -> str:
        plain = name.rstrip("2").lower()
        text = self._value(plain, sector)
        return text[0].upper() + text[1:] if name[0].isupper() else text

    def _value(self, name: str, sector: Sector) -> str:
        lists = {
            "problem": sector.problems,
            "cause": sector.causes,
            "effect": sector.effects,
            "programme": sector.programmes,
            "source": SOURCES,
            "fund": FUNDS,
            "ally": ALLIES,
            "group": GROUPS,
            "law": LAWS,
        }
        if name in lists:
            return self.pick(lists[name])
        pairs = {"measure": (sector.measures, 0), "unit": (sector.measures, 1), "product": (sector.products, 0)}
        if name in pairs:
            options, side = pairs[name]
            return self.chance.choice(options)[side].lower()
        numbers = {"year": (2016, 2022), "later": (2025, 2027), "small": (3, 48)}
        if name in numbers:
            return str(self.chance.randint(*numbers[name]))
        told = {
            "place": self.place,
            "office": lambda: sector.office,
            "figure": self.figure,
            "count": self.count,
            "amount": lambda: self.count(48_000),
        }
        return told[name]()
