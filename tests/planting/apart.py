"""Planted sentences as passages of their own behind a plan that is read once: many of them in the time of one reading.

Looser than a copy read anew, since no sentence can run together with the lines around it or be split by them.
"""

import random
from collections.abc import Iterator, Sequence
from itertools import islice

import msgspec

from domain.detectors import BY_ID
from domain.document import Passage
from domain.evidence import Evidence, Reading, Topic, bind
from tests.planting.measure import FED_BY, Outcome, hits, read
from tests.planting.planter import Planted, another, worded
from tests.planting.statements import KIND_OF, KINDS, Kind, Statement, statements
from tests.planting.templates import HELD_OUT, TEMPLATES


def outcomes_apart(
    plan: bytes, text: str, *, each: int, seed: int, kinds: Sequence[Kind], held_out: bool
) -> tuple[Outcome, ...]:
    """Up to `each` sentences a kind in known or in held-out wordings, each judged; all stand behind one plan."""
    planted = tuple(_planted(text, each=each, seed=seed, kinds=kinds, held_out=held_out))
    reading, found = _with(read(plan), planted)
    reported = bind(BY_ID["contradiction"], reading, found)
    return tuple(
        Outcome(planted=p, found=any(hits(e, p, reading.document.text) for e in reported), reported=len(reported))
        for p in planted
    )


def _planted(text: str, *, each: int, seed: int, kinds: Sequence[Kind], held_out: bool) -> Iterator[Planted]:
    chance = random.Random(seed)
    said = statements(text)
    offices = sorted({s.said for s in said if s.form == "responsible"})
    for kind in kinds or KINDS:
        pool = [s for s in said if KIND_OF[s.form] == kind]
        chance.shuffle(pool)
        made = (_worded(text, s, offices, chance, held_out=held_out) for s in pool)
        yield from islice((p for p in made if p), each)


def _worded(
    text: str, statement: Statement, offices: Sequence[str], chance: random.Random, *, held_out: bool
) -> Planted | None:
    said = another(statement, offices, chance)
    if said is None:
        return None
    template = chance.choice((HELD_OUT if held_out else TEMPLATES)[statement.form])
    return Planted(
        text=text,
        start=len(text),
        sentence=worded(template, statement, said, chance),
        statement=statement,
        said=said,
        template=template,
        held_out=held_out,
    )


def _with(reading: Reading, planted: Sequence[Planted]) -> tuple[Reading, list[Evidence]]:
    """The plan with each sentence behind it, and what the detectors that contradictions rest on find in both."""
    found = [e for name in FED_BY for e in bind(BY_ID[name], reading)]
    text, passages, topics = reading.document.text, list(reading.document.passages), list(reading.topics)
    for item in planted:
        alone = read(f"{item.sentence}\n".encode())
        at = len(text) + 1
        text = f"{text}\n{alone.document.text}"
        names = {p.id: f"planted-{at}-{p.id}" for p in alone.document.passages}
        moved = [_moved(p, t, names[p.id], at) for p, t in alone.passages()]
        passages += [p for p, _t in moved]
        topics += [t for _p, t in moved]
        found += [
            msgspec.structs.replace(e, id=f"{e.id}-{at}", start=e.start + at, end=e.end + at, passage=names[e.passage])
            for name in FED_BY
            for e in bind(BY_ID[name], alone)
        ]
    document = msgspec.structs.replace(reading.document, text=text, passages=tuple(passages))
    return Reading(document=document, topics=tuple(topics)), found


def _moved(passage: Passage, topic: Topic, name: str, at: int) -> tuple[Passage, Topic]:
    kind = "paragraph" if passage.kind == "heading" else passage.kind
    start, end = passage.start + at, passage.end + at
    return msgspec.structs.replace(passage, id=name, kind=kind, start=start, end=end, path=()), topic
