"""What `decalogo evaluate` does: each file evaluated and written, a line about each."""

import argparse
import sys
from functools import partial
from pathlib import Path

import msgspec
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from app.evaluator import open_evaluator
from app.usecases.artifacts import demand, drawing, results
from app.usecases.evaluate import Evaluate, Evaluated
from app.usecases.stages import StageLog
from domain.errors import DecalogoError
from domain.labels import plan_labels
from domain.options import Options
from domain.pipeline import PLAN
from domain.ports import StageFact
from infra.clock_system import steady_ns


def evaluate_files(args: argparse.Namespace) -> int:
    """0 when every file was evaluated, 1 when one was not."""
    args.out.mkdir(parents=True, exist_ok=True)
    evaluate = open_evaluator(args.model, threads=args.threads)
    failed = 0
    with _progress() as progress:
        for file in args.files:
            task = progress.add_task(file.name, total=len(PLAN), stage="")
            log = StageLog(steady_ns(), partial(_show, progress, task))
            try:
                line = _one(evaluate, file, log, args)
            except DecalogoError as error:
                failed += 1
                line = {"file": file.name, "error": error.code, "message": error.message, **error.facts}
            progress.update(task, completed=len(PLAN), stage="")
            _tell(line, args.json, progress.console)
    return 1 if failed else 0


def _show(progress: Progress, task: TaskID, event: str | StageFact) -> None:
    if isinstance(event, StageFact):
        progress.update(task, advance=1)
    else:
        progress.update(task, stage=event)


def _one(evaluate: Evaluate, file: Path, log: StageLog, args: argparse.Namespace) -> dict[str, object]:
    evaluated = evaluate(file.read_bytes(), Options(), log)
    demand(evaluated)
    (args.out / f"{file.stem}.json").write_bytes(results(evaluated, file.name, log.facts))
    (args.out / f"{file.stem}.theory.svg").write_text(drawing(evaluated), encoding="utf-8")
    if args.labels is not None:
        args.labels.mkdir(parents=True, exist_ok=True)
        (args.labels / f"{file.stem}.jsonl").write_bytes(_labels(evaluated, evaluate))
    evaluation = evaluated.evaluation
    return {
        "file": file.name,
        "percent": evaluation.percent,
        "score": evaluation.score,
        "band": evaluation.band,
        "answered": evaluation.coverage["answered"],
        "with_evidence": evaluation.coverage["with_evidence"],
        "flags": [f["code"] for f in evaluation.document["flags"]],
        "evaluation_hash": evaluation.hashes.evaluation,
        "seconds": round(sum(f.end_ns - f.start_ns for f in log.facts) / 1e9, 2),
    }


def _labels(evaluated: Evaluated, evaluate: Evaluate) -> bytes:
    rows = plan_labels(evaluated.evaluation.answers, evaluate.questionnaire)
    return b"".join(msgspec.json.encode(row) + b"\n" for row in rows)


def _progress() -> Progress:
    return Progress(
        TextColumn("{task.description:<40.40}"),
        BarColumn(bar_width=24),
        TextColumn("{task.fields[stage]:<28}"),
        TimeElapsedColumn(),
        console=Console(stderr=True),
        transient=True,
    )


def _tell(line: dict[str, object], as_json: bool, console: Console) -> None:
    if as_json:
        sys.stdout.write(msgspec.json.encode(line).decode() + "\n")
        return
    if "error" in line:
        console.print(f"[red]{line['file']}[/]: {line['message']} ({line['error']})", soft_wrap=True)
        return
    console.print(
        f"{line['file']}: [bold]{line['percent']} %[/] {line['band']}, {line['answered']}/300 answered, "
        f"{line['with_evidence']} with evidence, {line['seconds']} s",
        soft_wrap=True,
    )
