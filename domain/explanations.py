"""Why an answer is as it is, in one Spanish sentence: what the plan states and where, and what the next point lacks."""

import re
from collections.abc import Sequence

from domain.binding import Support
from domain.evidence import Evidence
from domain.result import Searched
from domain.rubric.model import Question
from domain.rubric.phrases import Phrase, Phrases

NEAR = 0.02
"""The similarity from which a passage that was searched in vain is worth showing as the nearest one."""

WORDS = 12
LONGEST = 90
SHORTEST = 30
"""Characters of a quote; figures beside it stand back where they would leave it fewer than the last."""

SHARED = 135
"""Characters that all quotes of a sentence share with their figures, so that no sentence is longer than 400."""

_TELLING = re.compile(r"[^\W\d_]{3}|\d\d|\d\s?%|\$")
"""What a quote needs to tell anything: the number of a heading or a lone mark does not."""


def why(question: Question, deciding: Sequence[Support], phrases: Phrases) -> str:
    """The sentence of a positive answer, from the deciding support of each element that is present.

    Elements that stand in the same place share a quote. What was read doubtfully "parece" to be stated.
    """
    said = _listed(_clauses(question, deciding, phrases))
    present = {support.element for support in deciding}
    missing = next((order for order in range(3) if order not in present), None)
    if missing is None:
        return f"El plan {said}; no falta nada: suma los tres puntos."
    return f"El plan {said}; para sumar el punto siguiente falta {_phrase(question, missing, phrases).to_state()}."


def why_not(question: Question, indication: Support | None, searched: Sequence[Searched], phrases: Phrases) -> str:
    """The sentence of a zero: the anchor that is not stated, and the strongest indication or the nearest passage."""
    anchor = _phrase(question, 0, phrases)
    if indication is not None:
        evidence = indication.evidence
        nearest = f"el mejor indicio {_stands(evidence.text, evidence.page)}"
        return f"El plan no llega a {anchor.to_state()}, y sin eso no suma el primer punto; {nearest}."
    near = next((passage for passage in searched if passage.similarity >= NEAR), None)
    nearest = f"lo más cercano {_stands(near.text, near.page)}" if near else "ningún pasaje se acerca a eso"
    return f"El plan no {anchor.stated()}, y sin eso no suma el primer punto; {nearest}."


def _phrase(question: Question, order: int, phrases: Phrases) -> Phrase:
    return phrases[f"{question.id}.{question.elements[order].id}"]


def _clauses(question: Question, deciding: Sequence[Support], phrases: Phrases) -> list[str]:
    """What is stated, element by element; the last one of each place carries its quote."""
    places: dict[tuple[int, int], list[Support]] = {}
    for support in deciding:
        places.setdefault(_place(support), []).append(support)
    ordered = [support for group in places.values() for support in group]
    room = SHARED // len(places)
    clauses = []
    for number, support in enumerate(ordered):
        phrase = _phrase(question, support.element, phrases)
        # Where nothing surer follows, one "parece" governs all the infinitives that are left.
        governed = number > 0 and all(map(_doubtful, ordered[number - 1 :]))
        said = f"{'' if governed else 'parece '}{phrase.to_state()}" if _doubtful(support) else phrase.stated()
        ends = support is places[_place(support)][-1]
        clauses.append(said + (f" ({_cited(support.evidence, room)})" if ends else ""))
    return clauses


def _place(support: Support) -> tuple[int, int]:
    return support.evidence.start, support.evidence.end


def _doubtful(support: Support) -> bool:
    return support.evidence.attributes.get("sure") is False


def _listed(clauses: Sequence[str]) -> str:
    return " y ".join(filter(None, (", ".join(clauses[:-1]), clauses[-1])))


def _cited(evidence: Evidence, room: int) -> str:
    figures = _figures(evidence)
    left = room - len(", ") - len(figures)
    if not figures or left < SHORTEST:
        figures, left = "", room
    words = quoted(evidence.text, min(LONGEST, left))
    return ", ".join(filter(None, (words, figures, f"p. {evidence.page}")))


def _figures(evidence: Evidence) -> str:
    """What the quote does not say of what was read with it: an indicator's values, an amount in pesos."""
    told = evidence.attributes
    if evidence.type == "indicator":
        values = (("línea base", told.get("baseline")), ("meta", told.get("target")))
        return ", ".join(f"{name} {_plain(value)}" for name, value in values if isinstance(value, str) and value)
    amount = told.get("cop")
    if evidence.type == "monetary" and told.get("unit_stated_by") != "text" and isinstance(amount, int | float):
        return f"{amount:,.0f} pesos".replace(",", ".")
    return ""


def _stands(text: str, page: int) -> str:
    words = quoted(text, LONGEST)
    return f"está en la p. {page}" + (f": {words}" if words else "")


def quoted(text: str, most: int) -> str:
    """The first words of a text between «», on one line and no longer than `most`; empty when they tell nothing.

    Cut between words, unless the first is too long by itself. Quotes inside become “ ”, control characters go.
    """
    words = _plain(text).split(" ")
    kept: list[str] = []
    length = telling = 0
    for word in words:
        if telling == WORDS or length + len(word) > most - 1:
            break
        kept.append(word)
        length += len(word) + 1
        telling += any(map(str.isalnum, word))
    cut = "" if len(kept) == len(words) else "…"
    said = " ".join(kept or [word[: most - 1] for word in words[:1]]).strip(" |,;:.…•")
    return f"«{said}{cut}»" if _TELLING.search(said) else ""


def _plain(text: str) -> str:
    shown = " ".join(text.split())
    if not shown.isprintable():
        shown = " ".join("".join(c for c in text if c.isprintable() or c.isspace()).split())
    return shown.replace("«", "“").replace("»", "”")
