"""Writes a contradicting restatement of one statement somewhere else in the plan, and says what it wrote."""

import random
import re
import textwrap
from collections.abc import Iterator, Mapping, Sequence

import msgspec

from tests.planting.statements import KIND_OF, KINDS, Kind, Statement, statements
from tests.planting.templates import HELD_OUT, TEMPLATES

FAR = 0.1
"""The restatement stands at least this share of the plan away from what it contradicts."""

_WIDTH = 95
_PLACE = re.compile(r"(?<=[a-záéíóúñ]{3}\.)\n(?=[A-ZÁÉÍÓÚ][a-záéíóúñ]+ [a-záéíóúñ]+ [^\n]{50})")
_PROSE = re.compile(r"(?:[^\n]{60,}\n[^\n]{60,}|[^\n|]{200,})$")
_TURNED = {
    **dict.fromkeys(("aumentar", "incrementar", "ampliar", "elevar"), ("reducir", "disminuir")),
    **dict.fromkeys(("reducir", "disminuir", "bajar"), ("aumentar", "incrementar")),
}
_COUNTING = re.compile(r"^(?:n[uú]mero|cantidad|porcentaje) de (?:l[oa]s |l[oa] )?", re.IGNORECASE)
_DONE = {"ado": "ar", "ada": "ar", "ido": "ir", "ida": "ir"}


class Planted(msgspec.Struct, frozen=True, kw_only=True):
    """A copy of a plan with one contradiction in it: `sentence` at `start` against `statement`."""

    text: str
    start: int
    sentence: str
    statement: Statement
    said: str
    template: str
    held_out: bool

    @property
    def kind(self) -> Kind:
        """What was changed: a number, an entity, a deadline or a direction."""
        return KIND_OF[self.statement.form]


def plants(text: str, *, each: int, seed: int, kinds: Sequence[Kind] = ()) -> Iterator[Planted]:
    """Up to `each` copies a kind, each with one contradiction; the same ones for the same text and seed."""
    chance = random.Random(seed)
    found = statements(text)
    places = [m.end() for m in _PLACE.finditer(text) if _PROSE.search(text, max(0, m.start() - 400), m.start())]
    offices = sorted({s.said for s in found if s.form == "responsible"})
    for kind in kinds or KINDS:
        pool = [s for s in found if KIND_OF[s.form] == kind]
        chance.shuffle(pool)
        for statement in pool[:each]:
            if made := plant(text, statement, places=places, offices=offices, chance=chance):
                yield made


def plant(
    text: str, statement: Statement, *, places: Sequence[int], offices: Sequence[str], chance: random.Random
) -> Planted | None:
    """The text with one sentence more that contradicts the statement, or None when nothing or nowhere is left."""
    far = [at for at in places if abs(at - statement.start) >= FAR * len(text)]
    said = another(statement, offices, chance)
    if not far or said is None:
        return None
    held_out = bool(HELD_OUT) and chance.random() < 0.4
    template = chance.choice((HELD_OUT if held_out else TEMPLATES)[statement.form])
    sentence = worded(template, statement, said, chance)
    at = chance.choice(far)
    added = textwrap.fill(sentence, _WIDTH, break_long_words=False, break_on_hyphens=False) + "\n"
    return Planted(
        text=text[:at] + added + text[at:],
        start=at,
        sentence=sentence,
        statement=statement,
        said=said,
        template=template,
        held_out=held_out,
    )


def another(statement: Statement, offices: Sequence[str], chance: random.Random) -> str | None:
    """What cannot be true beside the statement: another figure, office, year or direction."""
    if statement.form == "responsible":
        others = [o for o in offices if not _same_office(o, statement.said)]
        return chance.choice(others) if others else None
    if statement.form == "deadline":
        return str(int(statement.said) + chance.choice([-2, -1, 1]))
    if statement.form == "direction":
        return chance.choice(_TURNED[statement.said.lower()])
    return _another_figure(statement, chance)


def _same_office(one: str, other: str) -> bool:
    """Offices that share a word of their area may be one under two names."""
    areas = [
        {w for w in re.findall(r"[a-záéíóúñ]{4,}", o.lower()) if w != "para"} - {"municipal"} for o in (one, other)
    ]
    return len(areas[0] & areas[1] - {"secretaría", "secretaria", "oficina", "dirección", "instituto"}) > 0


def _another_figure(statement: Statement, chance: random.Random) -> str:
    said = statement.said
    match = re.search(r"\d[\d.,]*", said)
    assert match
    figure = match.group()
    decimals = len(figure.rpartition(",")[2]) if re.fullmatch(r"[\d.]*,\d{1,2}", figure) else 0
    value = float(re.sub(r"[.,](?=\d{3}(?!\d))", "", figure).replace(",", "."))
    share = "%" in said or (value <= 100 and re.match(r"(?:cobertura|porcentaje|tasa)", statement.thing, re.IGNORECASE))
    high = 98.0 if share else float("inf")
    while True:
        factor = chance.choice([0.5, 0.6, 0.75, 0.8, 1.25, 1.4, 1.6, 2.0, 3.0])
        other = round(value * factor + chance.choice([-1, 0, 1]))
        if 0 < other <= high and abs(other - value) > 0.08 * value and not 1990 <= other <= 2050:
            break
    shown = f"{other:,}".replace(",", ".") if other >= 10_000 or "." in figure else str(other)
    shown += "," + "5" * decimals if decimals else ""
    return said[: match.start()] + shown + said[match.end() :]


def worded(template: str, statement: Statement, said: str, chance: random.Random) -> str:
    """The template filled in, in a turn of the thing's name that chance picks."""
    thing, lead = statement.thing, ""
    if statement.form in ("target", "baseline"):
        thing, lead = _renamed(thing, chance)
    elif statement.form == "deadline":
        thing = _infinitive(thing)
    if statement.form in ("responsible", "target", "baseline", "deadline", "amount"):
        thing = thing[:1].lower() + thing[1:]
    verb = said if statement.form == "direction" else statement.verb
    filled = template.format(thing=thing, said=said, verb=verb)
    filled = re.sub(r"\b(a|de) el\b", lambda m: {"a": "al", "de": "del"}[m[1]], filled)
    if lead:
        filled = f"{lead}, {filled[:1].lower()}{filled[1:]}"
    return filled[:1].upper() + filled[1:]


def _renamed(name: str, chance: random.Random) -> tuple[str, str]:
    """The name as it stands, without its counting head, shortened, or its last part to be said first."""
    how = chance.choice(["whole", "headless", "short", "turned"])
    if how == "headless":
        return _COUNTING.sub("", name), ""
    words = name.split()
    cuts = [i for i, w in enumerate(words) if i >= 5 and w in ("de", "del", "en", "para", "con", "a", "por")]
    if how == "short" and cuts:
        return " ".join(words[: cuts[-1]]), ""
    turns = [i for i, w in enumerate(words) if i >= 3 and w in ("en", "para", "con", "por")]
    if how == "turned" and turns:
        return " ".join(words[: turns[-1]]), " ".join(words[turns[-1] :])
    return name, ""


def _infinitive(thing: str) -> str:
    first, _, rest = thing.partition(" ")
    ending: Mapping[str, str] = _DONE
    return f"{first[:-3]}{ending[first[-3:]]} {rest}" if first[-3:] in ending else thing
