"""PDF files: pages, forms, annotations, properties and what is attached."""

from __future__ import annotations

import logging
import re
from io import BytesIO
from typing import TYPE_CHECKING, Any

from pypdf import PdfReader
from pypdf.errors import PyPdfError
from pypdf.generic import (
    ArrayObject,
    ByteStringObject,
    DictionaryObject,
    IndirectObject,
    NumberObject,
    StreamObject,
    TextStringObject,
)

from screening.files.charsets import decode
from screening.files.markup import texts_of_html_text
from screening.files.verdicts import Encrypted, Unreadable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from screening.files.scan import Scan

    ReadPart = Callable[[bytes], None]

MOST_OBJECTS = 200_000
DEEPEST = 50  # arrays and dictionaries in one another
BROKEN = (
    *(PyPdfError, ValueError, KeyError, IndexError, TypeError, AttributeError),
    *(OSError, NotImplementedError, RecursionError, ArithmeticError, AssertionError),
)
_ENCRYPTED = re.compile(rb"/Encrypt\s*(?:\d+\s+\d+\s+R\b|<<)")
PICTURE_FILTERS = {"/DCTDecode", "/JPXDecode", "/CCITTFaxDecode", "/JBIG2Decode"}


def read_pdf(content: bytes, scan: Scan, read_part: ReadPart) -> None:
    """Read all that a PDF says. Raise Encrypted where it has a password, Unreadable
    where it is broken or has nothing but pictures."""
    logging.getLogger("pypdf").disabled = True  # it quotes what it reads
    if _ENCRYPTED.search(content):
        raise Encrypted
    try:
        reader = PdfReader(BytesIO(content))
        if reader.is_encrypted or "/Encrypt" in reader.trailer:
            raise Encrypted
        objects = _Objects(reader, scan, read_part)
        objects.read()
        for page in reader.pages:
            scan.text(page.extract_text())
    except BROKEN as error:
        raise Unreadable from error
    if objects.has_pictures and not scan.has_text:
        raise Unreadable


class _Objects:
    """Walks over every object, whether a page shows it or not."""

    def __init__(self, reader: PdfReader, scan: Scan, read_part: ReadPart) -> None:
        self._reader = reader
        self._scan = scan
        self._read_part = read_part
        self.has_pictures = False

    def read(self) -> None:
        numbers = list(self._numbers())
        if len(numbers) > MOST_OBJECTS:
            raise Unreadable
        had_text = self._scan.has_text
        for number, generation in numbers:
            self._read(
                self._reader.get_object(
                    IndirectObject(number, generation, self._reader)
                )
            )
        self._scan.text("\n".join(_strings(self._reader.trailer.get("/Info"), 0)))
        # Properties are no text that a page shows.
        self._scan.has_text = had_text

    def _numbers(self) -> Iterator[tuple[int, int]]:
        for generation, places in self._reader.xref.items():
            for number in places:
                yield number, generation
        for number in self._reader.xref_objStm:
            yield number, 0

    def _read(self, thing: Any) -> None:
        self._scan.text("\n".join(_strings(thing, 0)))
        if not isinstance(thing, StreamObject):
            return
        if thing.get("/Subtype") == "/Image":
            self.has_pictures = True
        if _is_picture(thing):
            self._scan.bytes(thing._data)
            return
        self._read_stream(thing)

    def _read_stream(self, stream: StreamObject) -> None:
        content = stream.get_data()
        self._scan.spend(len(content))
        if stream.get("/Type") == "/EmbeddedFile":
            self._read_part(content)
        elif content.lstrip()[:1] == b"<":  # properties, or a form in XML
            for text in texts_of_html_text(decode(content)):
                self._scan.text(text)
        else:
            self._scan.bytes(content)


def _is_picture(stream: StreamObject) -> bool:
    filters = stream.get("/Filter")
    names = filters if isinstance(filters, list) else [filters]
    return stream.get("/Subtype") == "/Image" or bool(
        PICTURE_FILTERS & {*map(str, names)}
    )


def _strings(thing: Any, depth: int) -> Iterator[str]:
    """Yield the texts and whole numbers that stand in an object itself."""
    if depth > DEEPEST:
        return
    if isinstance(thing, TextStringObject):
        yield str(thing)
    elif isinstance(thing, ByteStringObject):
        yield thing.decode("latin-1")
    elif isinstance(thing, NumberObject):
        yield str(int(thing))
    elif isinstance(thing, DictionaryObject):
        for value in thing.values():
            yield from _strings(value, depth + 1)
    elif isinstance(thing, ArrayObject):
        for value in thing:
            if not isinstance(value, NumberObject):
                yield from _strings(value, depth + 1)
