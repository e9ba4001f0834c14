"""Names of files that strangers chose, as they may be shown and stored."""

from __future__ import annotations

import pytest

from core.filenames import cleaned, ending_of


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("a\u202etxt.\r\nb\x00.exe", "atxt.b.exe"),
        ("/", "file"),
        ("..", "file"),
        ("", "file"),
        ("\u200b\u2060", "file"),
        ("a" * 300, "a" * 150),
        ("a." + "b" * 300, "a." + "b" * 148),
        ("e\u0301.pdf", "\u00e9.pdf"),
        ("  a.pdf. ", "a.pdf"),
    ],
)
def test_a_name_shows_as_it_is(name: str, shown: str) -> None:
    assert cleaned(name) == shown


@pytest.mark.parametrize(
    ("name", "ending"),
    [
        ("REPORT.XLSX", ".xlsx"),
        ("x.xlsx.exe", ".exe"),
        ("none", ""),
        (".pdf", ".pdf"),
    ],
)
def test_an_ending_is_what_stands_last(name: str, ending: str) -> None:
    assert ending_of(name) == ending
