from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.longest
def test_a_few_kills_lose_and_double_nothing(tmp_path: Path) -> None:
    report = tmp_path / "report.json"

    subprocess.run(
        [
            *(sys.executable, "-m", "bench.kills", "--json", str(report)),
            *("--web", "2", "--chats", "5", "--seconds", "45"),
        ],
        check=True,
    )

    found = json.loads(report.read_text())
    assert found["kills"] > 0
    assert found["said"] == found["acknowledged"] > 0
