"""The labelled passages that heads are fitted on: the reference readers' and our own, with the fold of each."""

import hashlib
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

FOLDS = 3
OWN = Path(__file__).parent / "labels"
HASTY = "later.jsonl"
SPANS = ("baseline", "cause", "effect", "marker", "name", "target", "text")


class Row(NamedTuple):
    """One passage. `label` has the shape of the annotation guide; on those that are `reference` quality is measured.

    Those that are `hasty` were read too fast for the names of responsibles to be learned from them.
    """

    id: str
    file: str
    text: str
    label: dict[str, Any]
    reference: bool
    hasty: bool = False


def municipality(file: str) -> str:
    """The municipality of a corpus file: several plans of one municipality belong together."""
    return Path(file).name.split("_")[0].split(".")[0]


def fold_of(file: str) -> int:
    """0, 1 or 2: whole municipalities, by a hash of their name."""
    return int(hashlib.sha256(municipality(file).encode()).hexdigest(), 16) % FOLDS


def read_rows(shared: Path) -> list[Row]:
    """Every labelled passage whose text is at hand, the reference first."""
    return [*_reference(shared / "gold/passages"), *_own(shared / "corpus")]


def _reference(folder: Path) -> Iterator[Row]:
    labels = {r["id"]: r for r in _lines(folder / "labels.jsonl")}
    for p in _lines(folder / "passages.jsonl"):
        yield Row(p["id"], p["file"], p["text"], labels[p["id"]], reference=True)


def _own(corpus: Path) -> Iterator[Row]:
    texts: dict[str, str] = {}
    labelled = [(r, name == HASTY) for name in ("passages.jsonl", HASTY) for r in _lines(OWN / name)]
    for number, (r, hasty) in enumerate(labelled):
        if r["file"] not in texts:
            texts[r["file"]] = (corpus / r["file"]).read_text(encoding="utf-8", errors="replace")
        text = texts[r["file"]][r["start"] : r["end"]]
        if hashlib.sha256(text.encode()).hexdigest()[:12] != r["sha256"]:
            message = f"{r['file']} {r['start']}: the text is not the one that was labelled"
            raise ValueError(message)
        yield Row(f"own{number:05d}", r["file"], text, _worded(r, text), reference=False, hasty=hasty)


def _worded(row: dict[str, Any], text: str) -> dict[str, Any]:
    """The label with the words in place of their positions."""

    def words(span: list[int] | None) -> str | None:
        return None if span is None else re.sub(r"\s+", " ", text[span[0] : span[1]])

    def item(found: dict[str, Any]) -> dict[str, Any]:
        return {key: words(value) if key in SPANS else value for key, value in found.items()}

    lists = {key: [item(found) for found in row[key]] for key in ("money", "indicators", "causal")}
    plain = {key: row[key] for key in ("points", "role", "q")}
    return {**plain, **lists, "responsible": [words(span) for span in row["responsible"]]}


def _lines(file: Path) -> Iterator[dict[str, Any]]:
    return map(json.loads, file.read_text(encoding="utf-8").splitlines())
