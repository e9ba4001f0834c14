from __future__ import annotations

import json
from typing import TYPE_CHECKING

from bench import masking

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def test_a_little_of_everything_is_measured(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    report = tmp_path / "report.json"

    code = masking.main(["--rounds", "1", "--texts", "30", "--json", str(report)])

    found = json.loads(report.read_text())
    assert code == 0
    assert json.loads(capsys.readouterr().out) == found
    assert found["recall"]["missed"] == {}
    assert found["times"].keys() >= {"words", "8,000 characters: digits"}


def test_a_bench_that_misses_or_masks_too_much_says_so() -> None:
    good = {"recall": {"missed": {}}, "near misses": 0.0, "kept": {"IBANs": 0}}

    assert masking.is_right(good)
    assert not masking.is_right({**good, "recall": {"missed": {"visa": 1}}})
    assert not masking.is_right({**good, "near misses": 0.001})
    assert not masking.is_right({**good, "kept": {"IBANs": 1}})
