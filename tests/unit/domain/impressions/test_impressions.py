"""Impressions: what the heads say of a document, read or remembered."""

import numpy as np
import pytest

from domain.impressions.heads import Heads, Linear
from domain.impressions.impression import Division, decoded, encoded, impression
from domain.impressions.impressions import read_through
from domain.impressions.model import Memory, NoMemory, TokenStates
from domain.impressions.pooling import pooled
from tests.fakes.embedder import FakeEmbedder
from tests.fakes.readings import a_reading, several

WIDTH = 16


def some_heads(seed=0):
    random = np.random.default_rng(seed)

    def linear(names, inputs):
        weight = random.normal(size=(inputs, len(names))).astype(np.float32)
        return Linear(names=names, weight=weight, bias=np.zeros(len(names), np.float32))

    return Heads(of_text=linear(("P1", "P2", "P3"), 2 * WIDTH), of_token=linear(("cause.begin", "cause.inside"), WIDTH))


HEADS = some_heads()


class Remembering(Memory):
    """A memory without bounds."""

    def __init__(self):
        self.kept = {}

    def recall(self, keys):
        return {key: self.kept[key] for key in keys if key in self.kept}

    def keep(self, read):
        self.kept |= read


class Counting(FakeEmbedder):
    """Counts the texts whose states were asked."""

    def __init__(self):
        super().__init__(WIDTH)
        self.read = []

    def states(self, texts):
        for text in texts:
            self.read.append(text)
            yield from super().states([text])


def a_document(*texts):
    long = " ".join(["El municipio construirá vías terciarias en la zona rural."] * 12)
    return several(*(a_reading(f"{text} {long}") for text in texts)).document


def figures(found):
    arrays = (found.of_stretch, found.of_passage, found.of_unit, found.marks.spans, found.marks.log_odds)
    return [array.tolist() for array in arrays]


def test_there_is_a_row_for_each_stretch_passage_and_unit_and_a_mark_for_each_token():
    document = a_document("Uno.", "Dos.")
    found = read_through(document, Counting(), HEADS, NoMemory())

    assert len(found.of_stretch) == len(found.stretches) == 2
    assert len(found.of_passage) == len(document.passages) == 2
    assert len(found.of_unit) == len(found.units) > 2
    assert len(found.marks.spans) == len(document.text.replace(".", "").split())
    assert [document.text[start:end] for start, end in found.marks.spans[:3]] == ["Uno", "El", "municipio"]


def test_what_is_remembered_is_not_read_again_and_is_the_same():
    document, memory = a_document("Uno.", "Dos."), Remembering()
    first = read_through(document, Counting(), HEADS, memory)
    embedder = Counting()
    again = read_through(document, embedder, HEADS, memory)

    assert embedder.read == []
    assert figures(again) == figures(first)
    assert (first.recalled, again.recalled) == (0, 2)


def test_a_stretch_that_another_document_had_is_remembered_wherever_it_stands():
    memory = Remembering()
    read_through(a_document("Uno.", "Dos."), Counting(), HEADS, memory)
    embedder, other = Counting(), a_document("Tres.", "Dos.")
    found = read_through(other, embedder, HEADS, memory)

    assert [text[:5] for text in embedder.read] == ["Tres."]
    assert figures(found) == figures(read_through(other, Counting(), HEADS, NoMemory()))


def test_a_stretch_that_stands_twice_is_read_once():
    embedder = Counting()
    found = read_through(a_document("Uno.", "Uno."), embedder, HEADS, NoMemory())

    assert len(embedder.read) == 1
    assert found.of_stretch[0].tolist() == found.of_stretch[1].tolist()


def test_what_is_remembered_badly_is_read_again():
    document, memory = a_document("Uno."), Remembering()
    first = read_through(document, Counting(), HEADS, memory)
    memory.kept = {key: value[:-1] for key, value in memory.kept.items()}
    embedder = Counting()

    assert figures(read_through(document, embedder, HEADS, memory)) == figures(first)
    assert len(embedder.read) == 1


def test_a_part_is_read_by_its_own_tokens_and_one_without_any_by_all():
    spans = np.array([[0, 4], [5, 9], [10, 12]], np.int32)
    states = TokenStates(last=np.random.default_rng(1).normal(size=(3, WIDTH)).astype(np.float32), spans=spans)
    division = Division(text="cuatro letras", passages=((0, 9), (9, 10)), units=((5, 12),))
    whole, first, nothing, unit = impression(states, division, HEADS).log_odds()

    assert first == pytest.approx(HEADS.of_text.log_odds(pooled(states.last[:2])[None])[0])
    assert unit == pytest.approx(HEADS.of_text.log_odds(pooled(states.last[1:])[None])[0])
    assert nothing.tolist() == whole.tolist()


def test_an_empty_document_makes_no_impression():
    found = read_through(several().document, Counting(), HEADS, NoMemory())

    assert found.of_stretch.shape == found.of_passage.shape == found.of_unit.shape == (0, 3)
    assert len(found.marks.spans) == 0


@pytest.mark.parametrize("tokens", [0, 1, 7])
def test_an_impression_comes_back_from_its_bytes(tokens):
    spans = np.array([[3 * i, 3 * i + 2] for i in range(tokens)], dtype=np.int32).reshape(-1, 2)
    states = TokenStates(last=np.random.default_rng(1).normal(size=(tokens, WIDTH)).astype(np.float32), spans=spans)
    made = impression(states, Division(text="x" * 21, passages=((0, 21),), units=((0, 9), (9, 21))), HEADS)
    back = decoded(encoded(made))

    assert back is not None
    assert back.log_odds().tolist() == made.log_odds().tolist()
    assert back.marks().tolist() == made.marks().tolist()
    assert back.spans.tolist() == spans.tolist()


@pytest.mark.parametrize("content", [b"", b"abc", bytes(15), np.array([1, 1, 1, -1], np.int32).tobytes(), bytes(17)])
def test_other_bytes_are_no_impression(content):
    assert decoded(content) is None
