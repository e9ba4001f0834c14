from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

NO_FAULTS = {"lost": 0, "doubled": 0, "reordered": 0}


@pytest.mark.longest
def test_a_small_load_loses_doubles_and_reorders_nothing(tmp_path: Path) -> None:
    report = tmp_path / "report.json"

    subprocess.run(
        [
            *(sys.executable, "-m", "bench.chat", "--json", str(report)),
            *("--chats", "2", "--rounds", "1", "--idle", "4", "--rate", "25"),
            *("--warm-up", "0.2", "--seconds", "4", "--messages", "200"),
        ],
        check=True,
    )

    found = json.loads(report.read_text())
    assert found["faults"] == {"product": NO_FAULTS, "T": NO_FAULTS, "F": NO_FAULTS}
    assert found["rounds"]["product"][0]["loop throughput"] > 0
