from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.longest
def test_a_small_storm_gives_nobody_up(tmp_path: Path) -> None:
    report = tmp_path / "report.json"

    subprocess.run(
        [sys.executable, "-m", "bench.storm", "--quick", "--json", str(report)],
        check=True,
    )

    found = json.loads(report.read_text())
    assert found["cut off"] == 180
    assert (found["given up"], found["lost"]) == (0, 0)
