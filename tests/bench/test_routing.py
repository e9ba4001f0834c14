from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.longest
def test_a_few_of_everything_are_routed_and_missed(tmp_path: Path) -> None:
    report = tmp_path / "report.json"

    subprocess.run(
        [sys.executable, "-m", "bench.routing", "--quick", "--json", str(report)],
        check=True,
    )

    found = json.loads(report.read_text())
    sizes = [(row["agents"], row["waiting"]) for row in found["decisions"]]
    assert sizes == [(2, 10), (2, 20), (4, 10), (4, 20)]
    # A decision asks the database the same number of questions at every size.
    assert len({row["queries"] for row in found["decisions"]}) == 1
    assert len({row["queries"] for row in found["skills"]}) == 1
    assert [row["organisations"] for row in found["routers"]] == [1, 4]
    assert [row["offers"] for row in found["lateness"]] == [4, 4]
    assert all(row["p50"] > 0 for row in found["lateness"])
