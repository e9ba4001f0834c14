"""Cells of spreadsheets, row by row: numbers are kept in them as numbers."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

from python_calamine import CalamineError, CalamineWorkbook

from screening.files.binary_sheets import spelled
from screening.files.verdicts import Unreadable

if TYPE_CHECKING:
    from screening.files.scan import Scan


class Panic(Unreadable):
    """The reader of cells broke down over this file."""


def read_cells(content: bytes, scan: Scan) -> None:
    """Read every cell of every sheet, hidden ones too.

    Raise Panic where the reader itself breaks down.
    """
    try:
        book = CalamineWorkbook.from_filelike(BytesIO(content))
        for name in book.sheet_names:
            scan.text(name)
            rows = book.get_sheet_by_name(name).to_python()
            scan.text("\n".join("\t".join(map(_cell, row)) for row in rows))
    except (CalamineError, OSError, ValueError) as error:
        raise Unreadable from error
    except BaseException as error:
        # A panic of Rust is no Exception.
        if type(error).__name__ == "PanicException":
            raise Panic from error
        raise


def _cell(value: object) -> str:
    return spelled(value) if isinstance(value, float) else str(value)
