"""The table of threats names tests that exist, one for each threat."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]


def test_each_threat_has_a_test_that_exists_or_says_why_it_needs_none():
    rows = [line for line in (ROOT / "docs/security.md").read_text().splitlines() if line.startswith("| ")]
    threats = [row.strip("| ").split(" | ") for row in rows if not row.startswith("| abuse")]

    assert threats
    for abuse, _, test in threats:
        files = re.findall(r"`([a-z_/]+\.py)`", test)
        assert files or test == "by design", abuse
        assert all((ROOT / "tests" / file).is_file() for file in files), abuse
