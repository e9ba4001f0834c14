"""The table of all measures."""

from __future__ import annotations

from typing import Any

import pytest

from bench import run


@pytest.fixture
def reports() -> dict[str, dict[str, Any]]:
    """What the benches of the conversation report, on a good day."""
    ratios = {
        "loop throughput": {"T": 2.5},
        "loop cpu": {"T": 0.3},
        "slow delivery p99": {"T": 0.1},
        "set-up": {"T": 0.2},
        "memory": {"T": 1.0},
    }
    faults = {"product": {"lost": 0, "doubled": 0, "reordered": 0}}
    return {"50 chats": {"ratios": ratios, "faults": faults}}


def test_every_measure_is_held_against_its_gate_and_its_goal(
    reports: dict[str, Any],
) -> None:
    rows = run.table(reports).splitlines()

    found = {row.split(" | ")[0]: row.rsplit(" | ")[-1] for row in rows[2:8]}
    assert found == {
        "| stored, acknowledged messages/s, 50 chats, PostgreSQL": "gate |",
        "| server CPU per message, closed loop": "goal |",
        "| p99 delivery, 50 chats x 1 message/s, a query of 200 ms a second beside": (
            "gate |"
        ),
        "| lost, doubled, out of order": "goal |",
        "| memory of an idle socket": "goal |",
        "| sockets set up/s": "missed |",
    }
    assert "Measured on" in rows[-1]


def test_one_lost_line_is_too_many(reports: dict[str, Any]) -> None:
    reports["50 chats"]["faults"]["product"]["lost"] = 1

    assert "| lost, doubled, out of order | 1 | 0 | 0 | missed |" in run.table(reports)


def test_the_page_has_a_place_for_the_table() -> None:
    page = run.PAGE.read_text()

    assert 0 < page.index(run.BEGIN) < page.index(run.END)
