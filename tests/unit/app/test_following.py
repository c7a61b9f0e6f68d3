"""A batch on the screen of whoever waits for it."""

from io import StringIO

import pytest
from rich.console import Console

from app.commands.client import DocumentStatus
from app.commands.following import report, share
from domain.pipeline import PLAN


def a_document(status: str, stage: str | None = None) -> DocumentStatus:
    return DocumentStatus(document_id="doc_001", name="plan.pdf", status=status, stage=stage)


def test_a_document_has_gone_as_far_as_the_stages_that_lie_behind_it() -> None:
    ways = [share(a_document("processing", stage.flow)) for stage in PLAN]
    assert ways[0] == 0.0
    assert ways == sorted(set(ways))
    assert ways[-1] < 1.0


@pytest.mark.parametrize(("status", "way"), [("queued", 0.0), ("completed", 1.0), ("failed", 1.0), ("cancelled", 1.0)])
def test_a_document_that_is_not_at_work_has_its_whole_way_before_or_behind_it(status: str, way: float) -> None:
    assert share(a_document(status)) == way


def test_a_stage_that_a_newer_service_names_is_no_reason_to_fail() -> None:
    assert share(a_document("processing", "stage_of_tomorrow")) == 0.0


def test_a_failed_document_is_told_with_its_message_and_code_as_they_are() -> None:
    console = Console(file=StringIO(), width=120)
    failed = {
        "document_id": "doc_001",
        "name": "[bold]plan[/].pdf",
        "status": "failed",
        "error": "The PDF asks for a password.",
        "error_details": {"exception": "password_required"},
    }
    assert report({"results": [failed]}, console) == 0
    assert console.file.getvalue() == "[bold]plan[/].pdf: The PDF asks for a password. (password_required)\n\n"  # type: ignore[attr-defined]


def test_a_cancelled_document_is_told_too() -> None:
    console = Console(file=StringIO(), width=120)
    assert report({"results": [{"document_id": "doc_001", "status": "cancelled", "error": None}]}, console) == 0
    assert "doc_001: It was not evaluated. (cancelled)" in console.file.getvalue()  # type: ignore[attr-defined]
