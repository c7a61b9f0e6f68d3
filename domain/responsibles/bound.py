"""An entity with what made it responsible."""

import re

import msgspec

from domain.language.entities import Entity


class Bound(msgspec.Struct, frozen=True, kw_only=True):
    """An entity with what made it responsible: header, label, row or verb, and what for."""

    entity: Entity
    how: str
    what: str


def what_before(text: str, at: int) -> str:
    """The words of the row or sentence before the name, without its figures."""
    words = re.split(r"\.\s|;|\n\n", text[max(0, at - 260) : at])[-1]
    return short(re.sub(r"\s(?:[\d.,%]+|ND|N[uú]m\.?|N[uú]mero|Porcentaje)(?=\s|$)", " ", words))


def short(text: str) -> str:
    return " ".join(text.split())[:200]
