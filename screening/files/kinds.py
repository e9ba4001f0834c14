"""What a file is, by its content; and which kinds a file name's ending promises."""

from __future__ import annotations

import re
import zipfile
import zlib
from enum import StrEnum
from io import BytesIO
from typing import TYPE_CHECKING

import filetype
import olefile

from screening.files.charsets import decode, is_text

if TYPE_CHECKING:
    from collections.abc import Iterable

HEAD = 64 * 1024  # bytes that tell
BROKEN = (
    *(zipfile.BadZipFile, zlib.error, OSError, EOFError, ValueError, KeyError),
    # For methods that zipfile does not have, and where a password is needed.
    *(NotImplementedError, RuntimeError),
)


class Kind(StrEnum):
    """A family of files; the value is its content type."""

    WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    SLIDES = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
    SHEETS = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    XPS = "application/vnd.ms-xpsdocument"
    ODT = "application/vnd.oasis.opendocument.text"
    ODS = "application/vnd.oasis.opendocument.spreadsheet"
    ZIP = "application/zip"
    BROKEN_ZIP = "application/x-broken-zip"
    DOC = "application/msword"
    PPT = "application/vnd.ms-powerpoint"
    XLS = "application/vnd.ms-excel"
    PUB = "application/vnd.ms-publisher"
    MSG = "application/vnd.ms-outlook"
    LOCKED_OFFICE = "application/encrypted"
    OLE = "application/x-ole-storage"
    BROKEN_OLE = "application/x-broken-ole-storage"
    PDF = "application/pdf"
    RTF = "application/rtf"
    MAIL = "message/rfc822"
    HTML = "text/html"
    XML = "application/xml"
    TEXT = "text/plain"
    PNG = "image/png"
    JPEG = "image/jpeg"
    GIF = "image/gif"
    WEBP = "image/webp"


PICTURES = {Kind.PNG, Kind.JPEG, Kind.GIF, Kind.WEBP}
TEXTS = {Kind.TEXT, Kind.HTML, Kind.XML, Kind.MAIL}
_PAGES = {Kind.HTML, Kind.XML}
_OFFICE = {Kind.WORD, Kind.SLIDES, Kind.SHEETS}
_HIDDEN: dict[Kind | None, set[Kind]] = {
    Kind.LOCKED_OFFICE: _OFFICE | {Kind.DOC, Kind.PPT, Kind.XLS},
    Kind.BROKEN_ZIP: _OFFICE | {Kind.XPS, Kind.ODT, Kind.ODS, Kind.ZIP},
    Kind.BROKEN_OLE: {Kind.DOC, Kind.PPT, Kind.XLS, Kind.PUB, Kind.MSG},
}

_BY_ENDING: dict[str, set[Kind]] = {
    ".docx .dotx .dotm .docm": {Kind.WORD},
    ".pptx .pptm .potx .potm .ppsx .ppsm .ppam": {Kind.SLIDES},
    ".xlsx .xlsm .xltx .xltm .xlam .xlsb": {Kind.SHEETS},
    ".xps": {Kind.XPS},
    ".odt": {Kind.ODT},
    ".ods": {Kind.ODS},
    ".doc .dot": {Kind.DOC},
    ".ppt .pot .pps": {Kind.PPT},
    ".xls .xlt": {Kind.XLS},
    ".pub": {Kind.PUB},
    ".msg": {Kind.MSG},
    ".pdf": {Kind.PDF},
    # Acrobat wrote XML, later zip files, with this ending.
    ".pdfxml": {Kind.XML, Kind.ZIP, Kind.PDF},
    ".rtf": {Kind.RTF},
    ".eml .mht .mhtml": {Kind.MAIL},
    # "Single file" pages of Office are mails, by whatever name.
    ".pubmhtml .pptmhtml": {Kind.MAIL, *_PAGES},
    ".html .shtml .xhtml .htm .pubhtml .xlshhtml .xlhtml .xlthtml .xlshtml"
    " .dothtml .pothtml .ppthtml": _PAGES,
    ".xml .pptxml": _PAGES,
    ".txt .csv": TEXTS,
    ".png": {Kind.PNG},
    ".jpg .jpeg": {Kind.JPEG},
    ".gif": {Kind.GIF},
    ".webp": {Kind.WEBP},
}
PROMISED = {
    ending: kinds for endings, kinds in _BY_ENDING.items() for ending in endings.split()
}

_OLE_STREAMS = (
    ({"EncryptedPackage"}, Kind.LOCKED_OFFICE),
    ({"WordDocument"}, Kind.DOC),
    ({"Workbook", "Book"}, Kind.XLS),
    ({"PowerPoint Document", "PP97_DUALSTORAGE", "PP40"}, Kind.PPT),
    ({"__properties_version1.0"}, Kind.MSG),
    ({"Quill", "Escher"}, Kind.PUB),
)
_OFFICE_PARTS = (
    (b"wordprocessingml", Kind.WORD),
    (b"ms-word.", Kind.WORD),
    (b"presentationml", Kind.SLIDES),
    (b"ms-powerpoint.", Kind.SLIDES),
    (b"spreadsheetml", Kind.SHEETS),
    (b"ms-excel.", Kind.SHEETS),
    (b"ms-package.xps", Kind.XPS),
)
_MAIN_TYPE = re.compile(
    rb"ContentType\s*=\s*[\"']([^\"']*(?:\.main\+xml|ms-excel\.sheet\.binary"
    rb"[^\"']*main|\.fixeddocumentsequence\+xml|ms-package\.xps[^\"']*))[\"']",
    re.IGNORECASE,
)
_PAGE = re.compile(r"<(?:!doctype\s+html|[a-z][a-z0-9:]*[\s>/])", re.IGNORECASE)
_XML = re.compile(r"\s*(?:<\?xml\b|<!--|<!DOCTYPE|<[A-Za-z_][\w.:-]*[\s>/])")
_HEADERS = re.compile(r"(?:From .*\r?\n)?(?:[!-9;-~]+:[^\n]*\r?\n(?:[ \t].*\r?\n)*){2}")
_MAIL_HEADER = re.compile(
    r"^(?:From|To|Subject|Date|MIME-Version|Content-Type|Received|Message-ID):",
    re.IGNORECASE | re.MULTILINE,
)


def keeps_promise(kind: Kind | None, ending: str) -> bool:
    """Whether a file of this kind may have a name with this ending. Endings that
    nobody here knows promise nothing."""
    promised = PROMISED.get(ending)
    if promised is None or kind in promised:
        return True
    # What is locked or broken is so for another reason than its name.
    return bool(promised & _HIDDEN.get(kind, set()))


def recognise(content: bytes) -> Kind | None:
    """Return what the content is; None where nobody here can tell."""
    head = content[:HEAD]
    if head.startswith(b"%PDF-"):
        return Kind.PDF
    if head.startswith(b"PK\x03\x04"):
        return _of_zip(content)
    if head.startswith(olefile.MAGIC):
        return _of_ole(content)
    if head.lstrip().startswith(b"{\\rtf"):
        return Kind.RTF
    known = filetype.guess(head)
    if known is not None:
        return _of_picture(known.mime)
    return _of_text(head) if is_text(content) else None


def _of_picture(content_type: str) -> Kind | None:
    kind = Kind(content_type) if content_type in set(Kind) else None
    return kind if kind in PICTURES else None


def _of_zip(content: bytes) -> Kind | None:
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            names = set(archive.namelist())
            if "[Content_Types].xml" in names:
                return _of_parts(_head_of(archive, "[Content_Types].xml"))
            if "mimetype" in names:
                return _of_open_document(_head_of(archive, "mimetype"))
    except BROKEN:
        return Kind.BROKEN_ZIP
    return Kind.ZIP


def _head_of(archive: zipfile.ZipFile, name: str) -> bytes:
    with archive.open(name) as member:
        return member.read(HEAD)


def _of_parts(types: bytes) -> Kind:
    """Return the kind of an office file, by its main part."""
    if types.startswith((b"\xff\xfe", b"\xfe\xff")):
        types = types.decode("utf-16", "replace").encode()
    mains = [match[1].lower() for match in _MAIN_TYPE.finditer(types)]
    for words, kind in _OFFICE_PARTS:
        if any(words in main for main in mains):
            return kind
    return Kind.ZIP


def _of_open_document(mimetype: bytes) -> Kind:
    family = mimetype.strip().decode("ascii", "replace").removesuffix("-template")
    return Kind(family) if family in {Kind.ODT, Kind.ODS} else Kind.ZIP


def _of_ole(content: bytes) -> Kind:
    try:
        with olefile.OleFileIO(BytesIO(content)) as file:
            return _by_streams(path[0] for path in file.listdir(storages=True))
    except (OSError, ValueError, IndexError, TypeError, AttributeError):
        return Kind.BROKEN_OLE


def _by_streams(names: Iterable[str]) -> Kind:
    there = set(names)
    kinds = (kind for streams, kind in _OLE_STREAMS if streams & there)
    return next(kinds, Kind.OLE)


def _of_text(head: bytes) -> Kind:
    text = decode(head).lstrip("\ufeff")
    if _HEADERS.match(text.lstrip()) and _MAIL_HEADER.search(text):
        return Kind.MAIL
    if _XML.match(text) and text.lstrip().startswith("<?xml"):
        return Kind.XML
    if _PAGE.search(text):
        return Kind.HTML
    return Kind.XML if _XML.match(text) else Kind.TEXT
