"""Files of the formats that may be attached, made by the tests themselves."""

from __future__ import annotations

import struct
import zipfile
import zlib
from io import BytesIO
from typing import Any

from PIL import Image

from tests.screening.compound import compound

SHEET = "worksheets/sheet1.xml"
PAGE = "/Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R"
FONT = "/Font << /F1 5 0 R >>"
IMAGE = "/Subtype /Image /Width 1 /Height 1 /ColorSpace /DeviceRGB /BitsPerComponent 8"
W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
TYPES = {
    "docx": "vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
    "dotx": "vnd.openxmlformats-officedocument.wordprocessingml.template.main+xml",
    "dotm": "vnd.ms-word.template.macroEnabledTemplate.main+xml",
    "pptx": "vnd.openxmlformats-officedocument.presentationml.presentation.main+xml",
    "pptm": "vnd.ms-powerpoint.presentation.macroEnabled.main+xml",
    "potx": "vnd.openxmlformats-officedocument.presentationml.template.main+xml",
    "potm": "vnd.ms-powerpoint.template.macroEnabled.main+xml",
    "ppsx": "vnd.openxmlformats-officedocument.presentationml.slideshow.main+xml",
    "ppsm": "vnd.ms-powerpoint.slideshow.macroEnabled.main+xml",
    "ppam": "vnd.ms-powerpoint.addin.macroEnabled.main+xml",
    "xlsx": "vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
    "xlsm": "vnd.ms-excel.sheet.macroEnabled.main+xml",
    "xltx": "vnd.openxmlformats-officedocument.spreadsheetml.template.main+xml",
    "xltm": "vnd.ms-excel.template.macroEnabled.main+xml",
    "xlam": "vnd.ms-excel.addin.macroEnabled.main+xml",
    "xlsb": "vnd.ms-excel.sheet.binary.macroEnabled.main",
    "xps": "vnd.ms-package.xps-fixeddocumentsequence+xml",
}


def zipped(parts: dict[str, str | bytes], **options: Any) -> bytes:
    made = BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED, **options) as archive:
        for name, content in parts.items():
            # Without the time at which it is made: the same parts are the same file.
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return made.getvalue()


def office(ending: str, parts: dict[str, str | bytes]) -> bytes:
    """Return an Office file of these parts."""
    main = f"application/{TYPES[ending]}"
    types = f'<Types><Override PartName="/main" ContentType="{main}"/></Types>'
    return zipped({"[Content_Types].xml": types, **parts})


def word(body: str = "", **parts: str | bytes) -> bytes:
    document = f"<w:document {W}><w:body>{body}</w:body></w:document>"
    named = {name.replace("__", "/") + ".xml": part for name, part in parts.items()}
    return office("docx", {"word/document.xml": document, **named})


def paragraph(*runs: str) -> str:
    said = "".join(f"<w:r><w:rPr><w:b/></w:rPr><w:t>{run}</w:t></w:r>" for run in runs)
    return f"<w:p>{said}</w:p>"


def workbook(sheet: str, **parts: str | bytes) -> bytes:
    """Return an Excel file with one sheet of these rows in XML."""
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    rel = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    pack = "http://schemas.openxmlformats.org/package/2006/relationships"
    named = {name.replace("__", "/") + ".xml": part for name, part in parts.items()}
    return office(
        "xlsx",
        {
            "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{rel}"><sheets>'
            '<sheet name="One" sheetId="1" r:id="rId1"/></sheets></workbook>',
            "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{pack}">'
            f'<Relationship Id="rId1" Type="{rel}/worksheet" Target="{SHEET}"/>'
            "</Relationships>",
            "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{main}"><sheetData>{sheet}'
            "</sheetData></worksheet>",
            "_rels/.rels": f'<Relationships xmlns="{pack}"><Relationship Id="rId1" '
            f'Type="{rel}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
            **named,
        },
    )


def row(*cells: str, at: int = 1) -> str:
    return f'<row r="{at}">{"".join(cells)}</row>'


def number(place: str, value: str) -> str:
    return f'<c r="{place}"><v>{value}</v></c>'


def open_document(family: str, body: str, **parts: str | bytes) -> bytes:
    kind = f"application/vnd.oasis.opendocument.{family}"
    office = "urn:oasis:names:tc:opendocument:xmlns:"
    spaces = " ".join(
        f'xmlns:{name}="{office}{name}:1.0"' for name in ("office", "text", "table")
    )
    content = (
        f"<office:document-content {spaces}><office:body><office:{family}>{body}"
        f"</office:{family}></office:body></office:document-content>"
    )
    manifest = "<manifest:manifest/>"
    named = {name.replace("__", "/") + ".xml": part for name, part in parts.items()}
    manifest_name = "META-INF/manifest.xml"
    fixed = {"mimetype": kind, "content.xml": content, manifest_name: manifest}
    return zipped({**fixed, **named})


def pdf(
    *, text: str = "Hello", extra: str = "", catalog: str = "", image: bool = False
) -> bytes:
    """Return a PDF with one page that shows a text; `extra` are objects from 10 on."""
    shown = f"BT /F1 12 Tf 72 700 Td ({text}) Tj ET" if text else ""
    picture = "/XObject << /I 6 0 R >>" if image else ""
    stream = shown + (" /I Do" if image else "")
    objects = [
        f"1 0 obj << /Type /Catalog /Pages 2 0 R {catalog} >> endobj",
        "2 0 obj << /Type /Pages /Kids [3 0 R] /Count 1 >> endobj",
        f"3 0 obj << {PAGE} /Resources << {FONT} {picture} >> >> endobj",
        f"4 0 obj << /Length {len(stream)} >> stream\n{stream}\nendstream endobj",
        "5 0 obj << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> endobj",
        f"6 0 obj << {IMAGE} /Length 3 >> stream\nabc\nendstream endobj",
        *filter(None, extra.split("\n\n")),
    ]
    made, places = "%PDF-1.7\n", []
    for each in objects:
        places.append((int(each.split()[0]), len(made)))
        made += each + "\n"
    start = len(made)
    made += "xref\n0 1\n0000000000 65535 f \n"
    for name, place in places:
        made += f"{name} 1\n{place:010} 00000 n \n"
    made += f"trailer << /Root 1 0 R /Size 99 >>\nstartxref\n{start}\n%%EOF\n"
    return made.encode("latin-1")


def picture(name: str = "PNG", size: tuple[int, int] = (8, 8), **options: Any) -> bytes:
    made = BytesIO()
    Image.new("RGB", size, (200, 30, 30)).save(made, name, **options)
    return made.getvalue()


def huge_picture() -> bytes:
    """Return a PNG that says it is larger than anybody wants to draw."""
    content = bytearray(picture("PNG"))
    content[16:24] = struct.pack(">II", 60_000, 60_000)
    content[29:33] = struct.pack(">I", zlib.crc32(content[12:29]))
    return bytes(content)


def old_word(text: bytes, *, flags: int = 0, macros: bytes = b"") -> bytes:
    head = struct.pack("<HHIHH", 0xA5EC, 0xC1, 0, 0, flags).ljust(1024, b"\x00")
    streams = {"WordDocument": head + text}
    return compound(streams | ({"Macros/VBA/One": macros} if macros else {}))


def module(source: str) -> bytes:
    """Return a module of macros: compiled code, then its source, compressed."""
    text = source.encode("latin-1")
    pieces = [text[at : at + 4096] for at in range(0, len(text), 4096)]
    return b"\x16\x03\x00\xf0" * 50 + b"\x01" + b"".join(map(_chunk, pieces))


def _chunk(text: bytes) -> bytes:
    """Return up to 4,096 bytes as MS-OVBA compresses them."""
    made, at = b"", 0
    while at < len(text):
        flags, tokens = 0, b""
        for place in range(8):
            token, length = _token(text, at)
            flags |= (len(token) == 2) << place
            tokens, at = tokens + token, at + length
        made += bytes([flags]) + tokens
    return struct.pack("<H", 0xB000 | len(made) - 1) + made


def _token(text: bytes, at: int) -> tuple[bytes, int]:
    """Return the longest reference back from there, else the byte itself."""
    bits = max((at - 1).bit_length(), 4)
    for length in range(min(len(text) - at, 18), 2, -1):
        back = at - text.rfind(text[at : at + length], 0, at + length - 1)
        if 0 < back <= at:
            return struct.pack("<H", back - 1 << 16 - bits | length - 3), length
    return text[at : at + 1], 1


def biff(*records: tuple[int, bytes]) -> bytes:
    return b"".join(struct.pack("<HH", k, len(v)) + v for k, v in records)


def wide(text: str) -> bytes:
    return text.encode("utf-16-le")
