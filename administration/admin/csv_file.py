"""CSV files: read with every doubt in words, written so that no spreadsheet runs them.

A cell that a spreadsheet would take for a formula is written with an apostrophe before
it, and read without. Several names in one cell stand with commas between them.
"""

from __future__ import annotations

import csv
from io import StringIO
from typing import TYPE_CHECKING, NamedTuple

from django.core.exceptions import ValidationError
from django.utils.translation import gettext

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

MAX_BYTES = 1024 * 1024
# Routing of the organisation waits while its rows are written.
MAX_ROWS = 250
MAX_SENTENCES = 20


class Line(NamedTuple):
    """A row of a file, numbered as spreadsheets number it: the names are row 1."""

    number: int
    cells: dict[str, str]


def joined(names: Iterable[str]) -> str:
    """Return names as one cell: commas between them, quotes around what has commas."""
    stream = StringIO(newline="")
    csv.writer(stream).writerow(names)
    return stream.getvalue().removesuffix("\r\n")


def split(cell: str) -> list[str]:
    """Return the names in a cell, without what is blank."""
    records = csv.reader(StringIO(cell, newline=""), skipinitialspace=True)
    return [name.strip() for names in records for name in names if name.strip()]


def decoded(content: bytes) -> str:
    """Return the text of a file. Raise ValidationError where it is not in UTF-8."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        sentence = gettext(
            "This file is not in UTF-8. Save it as CSV in UTF-8 and try again."
        )
        raise ValidationError(sentence) from None


def read(text: str, *, columns: Collection[str], needed: Collection[str]) -> list[Line]:
    """Return the rows of a file with these columns. Raise ValidationError."""
    records = [(number, cells) for number, cells in _records(text) if any(cells)]
    if not records:
        raise ValidationError(gettext("This file is empty."))
    names = [name.strip().lower() for name in records[0][1]]
    _refuse(_wrong_names(names, columns, needed))
    rows = records[1:]
    if not rows:
        raise ValidationError(
            gettext("There are no rows below the names of the columns.")
        )
    if len(rows) > MAX_ROWS:
        sentence = gettext(
            "This file has %(number)s rows; %(max_rows)s fit into one import."
        ) % {"number": len(rows), "max_rows": MAX_ROWS}
        raise ValidationError(sentence)
    _refuse(_wrong_lengths(rows, len(names)))
    return [
        Line(number, dict(zip(names, cells, strict=True))) for number, cells in rows
    ]


def _records(text: str) -> list[tuple[int, list[str]]]:
    first = text.partition("\n")[0]
    # Spreadsheets of countries with decimal commas write semicolons.
    delimiter = ";" if ";" in first and "," not in first else ","
    reader = csv.reader(StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        if "\0" in text:
            raise csv.Error(gettext("it has bytes that are no text"))
        return list(enumerate(reader, 1))
    except csv.Error as error:
        sentence = gettext("This is not a CSV file: %(error)s (line %(line_num)s).") % {
            "error": error,
            "line_num": reader.line_num,
        }
        raise ValidationError(sentence) from error


def _wrong_names(
    names: list[str], columns: Collection[str], needed: Collection[str]
) -> Iterator[str]:
    missing = [name for name in needed if name not in names]
    unknown = [name for name in dict.fromkeys(names) if name not in columns]
    twice = [name for name in columns if names.count(name) > 1]
    if missing:
        yield gettext("Missing: %(missing)s.") % {"missing": ", ".join(missing)}
    if unknown:
        yield gettext("Unknown: %(unknown)s.") % {
            "unknown": ", ".join(f"“{name}”" for name in unknown)
        }
    if twice:
        yield gettext("There twice: %(twice)s.") % {"twice": ", ".join(twice)}
    if missing or unknown or twice:
        yield gettext("The first row names the columns: %(columns)s.") % {
            "columns": ", ".join(columns)
        }


def _wrong_lengths(rows: list[tuple[int, list[str]]], width: int) -> Iterator[str]:
    for number, cells in rows:
        if len(cells) != width:
            yield gettext(
                "Row %(number)s has %(number2)s cells, the first row has %(width)s."
            ) % {"number": number, "number2": len(cells), "width": width}


def _refuse(sentences: Iterable[str]) -> None:
    found = list(sentences)[:MAX_SENTENCES]
    if found:
        raise ValidationError(found)
