#!/usr/bin/env python3
"""The left-out passages and answers on which the evaluation is furthest from readers, component by component.

    scripts/training/worst_errors.py [--shared DIR] [--out DIR] [--most N]

Reads what `scripts/quality` left in OUT, and prints of each component the N passages with most that was missed or found
too much, with what it was; and of whole plans the answers that were furthest off.
"""

import argparse
import json
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from scripts.training.agreement import scorer  # noqa: E402

WORDS = 25
Label = Mapping[str, Any]
Parts = Callable[[Label], list[Any]]


def components(score: Any) -> dict[str, tuple[Parts, Callable[[Any, Any], float]]]:
    """Name -> what a label has of it, and whether two of them are the same (score.py's rules)."""

    def equal(a: Any, b: Any) -> float:
        return float(a == b)

    def alike(a: str, b: str) -> float:
        return score.iou(a, b) if score.iou(a, b) >= 0.5 else 0.0

    def named(key: str, inner: str) -> Parts:
        return lambda label: [item[inner] for item in label.get(key) or []]

    return {
        "points": (lambda label: list(label.get("points") or []), equal),
        "role": (lambda label: [label.get("role")], equal),
        "elements": (lambda label: sorted(score.elements(label)), equal),
        "money": (lambda label: [m["text"] for m in score.distinct(label.get("money") or [], "text")], alike),
        "responsible": (lambda label: list(label.get("responsible") or []), alike),
        "indicators": (named("indicators", "name"), alike),
        "causal": (lambda label: list(label.get("causal") or []), score.pair_same(0.25)),
    }


def differences(found: list[Any], true: list[Any], same: Callable[[Any, Any], float]) -> tuple[list[Any], list[Any]]:
    """What was missed, and what was found too much."""
    left, surplus = list(true), []
    for item in found:
        match = max(left, key=lambda other: same(item, other), default=None)
        if match is not None and same(item, match) > 0:
            left.remove(match)
        else:
            surplus.append(item)
    return left, surplus


def passages(args: argparse.Namespace, score: Any) -> Iterator[str]:
    """The worst passages of each component, as text."""
    gold = args.shared / "gold/passages"
    texts = {row["id"]: row for row in _lines(gold / "passages.jsonl")}
    true = {row["id"]: row for row in _lines(gold / "labels.jsonl")}
    found = {row["id"]: row for row in _lines(args.out / "passages.jsonl")}
    for name, (parts, same) in components(score).items():
        rows = [(differences(parts(found[i]), parts(true[i]), same), i) for i in true]
        rows.sort(key=lambda row: (-len(row[0][0]) - len(row[0][1]), row[1]))
        yield f"\n## {name}"
        for (missed, surplus), i in rows[: args.most]:
            yield f"- {texts[i]['file']} {i}: {_short(texts[i]['text'])}"
            yield f"    missed {_shown(missed)}; too much {_shown(surplus)}"


def answers(args: argparse.Namespace) -> Iterator[str]:
    """Answers of whole plans that are two or three points off."""
    yield "\n## answers"
    off = []
    for file in sorted((args.out / "held_out").glob("*.jsonl")):
        reader = next((args.shared / "gold").glob(f"plans*/{file.stem}.A.jsonl"))
        for mine, true in zip(_lines(file), _lines(reader), strict=True):
            for question, answer in mine["answers"].items():
                other = true["answers"][question]
                gap = sum(answer["e"]) - sum(other["e"])
                off.append((-abs(gap), f"{file.stem} {mine['point']}-{question}: {gap:+d}", answer, other))
    off.sort(key=lambda row: row[:2])
    for _, what, answer, other in off[: args.most]:
        yield f"- {what}; ours {_short(answer['quote'])}; reader's {_short(other['quote'])}"


def _shown(items: list[Any]) -> str:
    return ", ".join(_short(str(item)) for item in items[:6]) or "nothing"


def _short(text: str) -> str:
    return f"«{' '.join(text.split()[:WORDS])}»"


def _lines(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


def main() -> None:
    """Print all."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, default=ROOT.parent / "shared")
    parser.add_argument("--out", type=Path, default=ROOT / ".var/quality")
    parser.add_argument("--most", type=int, default=10)
    args = parser.parse_args()
    for line in (*passages(args, scorer(args.shared / "quality/score.py")), *answers(args)):
        print(line)


if __name__ == "__main__":
    main()
