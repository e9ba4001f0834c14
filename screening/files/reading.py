"""The whole of a file, by the readers of its kind, and of the files in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from screening.files.archives import read_archive
from screening.files.charsets import decode
from screening.files.kinds import PICTURES, Kind, keeps_promise, recognise
from screening.files.mails import read_mail
from screening.files.markup import packed_in, texts_of_html, texts_of_xml
from screening.files.ole import read_compound
from screening.files.pdf import read_pdf
from screening.files.pictures import copy_of, read_picture
from screening.files.rich_text import files_in, texts_of
from screening.files.scan import DEEPEST, Scan
from screening.files.sheets import Panic, read_cells
from screening.files.verdicts import (
    CardFound,
    Encrypted,
    Finding,
    TooManyPixels,
    Unreadable,
    Verdict,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

ZIPS = {
    *(Kind.WORD, Kind.SLIDES, Kind.SHEETS, Kind.XPS, Kind.ODT, Kind.ODS),
    *(Kind.ZIP, Kind.BROKEN_ZIP),
}
COMPOUNDS = {
    *(Kind.DOC, Kind.PPT, Kind.XLS, Kind.PUB, Kind.MSG),
    *(Kind.OLE, Kind.BROKEN_OLE),
}
BOOKS = {Kind.SHEETS, Kind.ODS, Kind.XLS}


def judge(content: bytes, ending: str) -> tuple[Verdict, bytes | None]:
    """Return what a file with this ending is found to be, and the picture drawn anew
    if it is one."""
    kind = recognise(content)
    if not keeps_promise(kind, ending):
        return Verdict(Finding.MISMATCH), None
    content_type = Kind.TEXT.value if kind is None else kind.value
    scan, picture = Scan(), None
    try:
        Reader(scan).read(content, kind)
        if kind in PICTURES:
            picture = copy_of(content, kind, scan)
        if scan.problem is not None:
            raise scan.problem
    except CardFound:
        return Verdict(Finding.CARD_DATA, content_type), None
    except Encrypted:
        return Verdict(Finding.ENCRYPTED, content_type), None
    except TooManyPixels:
        return Verdict(Finding.TOO_MANY_PIXELS, content_type), None
    except Unreadable:
        return Verdict(Finding.UNREADABLE, content_type), None
    return Verdict(Finding.CLEAN, content_type, picture is not None), picture


class Reader:
    """Reads files and the files in them, to a depth."""

    def __init__(self, scan: Scan) -> None:
        self._scan = scan
        self._depth = 0

    def read(self, content: bytes, kind: Kind | None) -> None:
        """Read a file. Raise CardFound, Encrypted, Unreadable."""
        if kind in ZIPS:
            read_archive(content, self._scan, self.part)
        elif kind in COMPOUNDS:
            read_compound(content, self._scan, self.part)
        elif kind is Kind.LOCKED_OFFICE:
            raise Encrypted
        elif kind is Kind.PDF:
            self._scan.bytes(content)
            read_pdf(content, self._scan, self.part)
        elif kind is Kind.MAIL:
            read_mail(content, self._scan, self.part)
        elif kind in PICTURES:
            read_picture(content, self._scan)
        elif kind is None:
            self._scan.bytes(content)
            raise Unreadable
        else:
            self._read_text(content, kind)
        if kind in BOOKS:
            self._read_cells(content, kind)

    def _read_cells(self, content: bytes, kind: Kind) -> None:
        try:
            read_cells(content, self._scan)
        except Panic:
            # What stands in zip files was read before, numbers too.
            if kind is Kind.XLS:
                raise

    def part(self, content: bytes) -> None:
        """Read what is a part of another file: a file itself, a text, or just bytes.
        What cannot be read is noted."""
        if self._depth >= DEEPEST:
            raise Unreadable
        self._depth += 1
        try:
            self._part(content)
        except (Encrypted, Unreadable) as error:
            self._scan.note(error)
        finally:
            self._depth -= 1

    def _part(self, content: bytes) -> None:
        kind = recognise(content)
        if kind is None or kind is Kind.OLE:
            # Fonts, sounds, settings: nothing that has to be readable.
            self._scan.bytes(content)
        if kind is not None:
            self.read(content, kind)

    def _read_text(self, content: bytes, kind: Kind) -> None:
        # One odd byte, and the text is taken to be in another encoding.
        self._scan.bytes(content)
        source = decode(content)
        self._scan.text(source)
        readers: dict[Kind, Callable[[], None]] = {
            Kind.RTF: lambda: self._read_rich_text(content),
            Kind.HTML: lambda: self._say(texts_of_html(content)),
            Kind.XML: lambda: self._say(texts_of_xml(content)),
        }
        if kind in readers:
            readers[kind]()
        for packed in packed_in(source):
            self.part(packed)

    def _read_rich_text(self, content: bytes) -> None:
        self._say(texts_of(content))
        for packed in files_in(content):
            if packed:
                self.part(_payload(packed))

    def _say(self, texts: Iterable[str]) -> None:
        for text in texts:
            self._scan.text(text)


def _payload(packed: bytes) -> bytes:
    """Return the compound file in an object of RTF, which has a header before it."""
    at = packed.find(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
    return packed[at:] if at > 0 else packed
