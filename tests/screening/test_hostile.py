"""Files that lie, explode, hide or are broken: none of them is ever called clean."""

from __future__ import annotations

import os
import struct
import subprocess
import sys
import tempfile
import zipfile
from io import BytesIO
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from screening.files import child, guarded
from screening.files.reading import judge
from screening.files.scan import MOST_INFLATED, MOST_MEMBERS
from screening.files.verdicts import Finding, Verdict
from tests.screening.compound import compound
from tests.screening.documents import (
    TYPES,
    biff,
    huge_picture,
    number,
    office,
    old_word,
    open_document,
    paragraph,
    pdf,
    picture,
    row,
    word,
    workbook,
    zipped,
)

if TYPE_CHECKING:
    from pathlib import Path

CARD = "4111 1111 1111 1111"
TYPES_OF_WORD = f'<Types><Override ContentType="{TYPES["docx"]}"/></Types>'
FORGED = b'{"finding": "clean", "content_type": "a", "is_picture": false, "secret": ""}'
GOOD_WORD = word(paragraph("Hello"))


def scan(content: bytes, ending: str) -> tuple[Verdict, bytes]:
    """Return what the child process finds, and the picture that it drew."""
    with tempfile.TemporaryFile() as file, tempfile.TemporaryFile() as drawn:
        file.write(content)
        file.flush()
        verdict = guarded.scan(file, ending, picture=drawn)
        drawn.seek(0)
        return verdict, drawn.read()


def locked_zip() -> bytes:
    content = bytearray(zipped({"[Content_Types].xml": "<x/>", "a.xml": "<x/>"}))
    at = 0
    while (at := content.find(b"PK\x01\x02", at + 1)) > 0:
        content[at + 8] |= 1
    return bytes(content)


def bomb() -> bytes:
    made = BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", TYPES_OF_WORD)
        with archive.open("word/document.xml", "w", force_zip64=True) as member:
            for _ in range(MOST_INFLATED // 2**20 + 1):
                member.write(b" " * 2**20)
    return made.getvalue()


def lying_bomb() -> bytes:
    """Return a bomb whose directory says that it is small."""
    content = bytearray(bomb())
    at = content.rfind(b"PK\x01\x02")
    content[at + 24 : at + 28] = struct.pack("<I", 10)
    return bytes(content)


def nested(depth: int) -> bytes:
    content = GOOD_WORD
    for _ in range(depth):
        content = office("docx", {"word/document.xml": "<d/>", "a.docx": content})
    return content


ENCRYPTED = {
    "docx": (".docx", compound({"EncryptedPackage": b"x", "EncryptionInfo": b"y"})),
    "zip flag": (".docx", locked_zip()),
    "xls": (".xls", compound({"Workbook": biff((0x809, b""), (0x2F, b"\x00" * 6))})),
    "doc": (".doc", old_word(b"", flags=0x0100)),
    "ppt": (
        ".ppt",
        compound({"PowerPoint Document": b"\x0f\x00\x14\x2f" + bytes(8)}),
    ),
    "ppt's summary": (
        ".ppt",
        compound({"PowerPoint Document": b"", "EncryptedSummary": b""}),
    ),
    "odt": (
        ".odt",
        open_document("text", "", **{"META-INF__manifest": "<encryption-data/>"}),
    ),
    "pdf": (".pdf", pdf().replace(b"trailer <<", b"trailer << /Encrypt 9 0 R")),
    "eml": (
        ".eml",
        b"From: a@b.c\nContent-Type: multipart/encrypted; boundary=x\n\n--x--\n",
    ),
    "inside": (
        ".pptx",
        office("pptx", {"ppt/e.xlsx": compound({"EncryptedPackage": b""})}),
    ),
}
UNREADABLE = {
    "cut off": (".docx", GOOD_WORD[:-30]),
    "damaged": (".docx", GOOD_WORD[:200] + bytes(60) + GOOD_WORD[260:]),
    "too many members": (
        ".docx",
        office("docx", {f"{n}.xml": "" for n in range(MOST_MEMBERS)}),
    ),
    "a bomb": (".docx", bomb()),
    "too deep": (".docx", nested(6)),
    "entities": (
        ".docx",
        word(word__e='<!DOCTYPE x [<!ENTITY a "4111">]><x>&a;</x>'),
    ),
    "entities in XML": (
        ".xml",
        b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "4111">]><x>&a;</x>',
    ),
    "a scan": (".pdf", pdf(text="", image=True)),
    "half a PDF": (".pdf", b"%PDF-1.7\n1 0 obj << /Type"),
    "no workbook": (".xlsx", office("xlsx", {"a.xml": "<x/>"})),
    "a broken picture": (".png", picture()[:40]),
    "half a compound file": (".doc", compound({"WordDocument": b"x"})[:3000]),
}
MISMATCH = {
    "a program": (".pdf", b"MZ\x90\x00" + bytes(100)),
    "a page as a PDF": (".pdf", b"<html></html>"),
    "a PDF as a picture": (".png", pdf()),
    "a picture as another": (".jpg", picture("PNG")),
    "Word as Excel": (".xlsx", GOOD_WORD),
    "zip as Word": (".docx", zipped({"a.txt": "Hello"})),
    "a PDF as text": (".txt", pdf()),
    "bytes as text": (".csv", bytes(range(256))),
    "text as a page": (".html", b"Hello"),
    "text as XML": (".xml", b"Hello"),
    "text as mail": (".eml", b"Hello"),
    "a zip behind a PDF's head": (".docx", b"%PDF-1.7\n" + GOOD_WORD),
    "a page before a zip": (".docx", b"<html>" + GOOD_WORD),
    "compound of another kind": (".doc", compound({"Workbook": b""})),
}


@pytest.mark.parametrize("name", ENCRYPTED)
def test_what_needs_a_password_is_said_to_be_encrypted(name: str) -> None:
    ending, content = ENCRYPTED[name]

    assert judge(content, ending)[0].finding == Finding.ENCRYPTED


@pytest.mark.parametrize("name", UNREADABLE)
def test_what_cannot_be_read_is_not_clean(name: str) -> None:
    ending, content = UNREADABLE[name]

    assert judge(content, ending)[0].finding == Finding.UNREADABLE


@pytest.mark.parametrize("name", MISMATCH)
def test_content_that_is_not_its_type_is_told(name: str) -> None:
    ending, content = MISMATCH[name]

    assert judge(content, ending)[0].finding == Finding.MISMATCH


def test_a_card_number_beside_an_unreadable_part_counts_most() -> None:
    broken, planted = GOOD_WORD[:-30], paragraph(CARD)

    verdict, _ = judge(
        office("docx", {"a.docx": broken, "word/document.xml": planted}), ".docx"
    )

    assert verdict.finding == Finding.CARD_DATA


@pytest.mark.parametrize(
    "said",
    [
        "4111111111111112",  # no check digit
        "1234567890123452",  # nobody's range
        "a4111111111111111",  # a hash
        "4111111111111111f",
        "0.4111111111111111",  # a fraction
        "4111111111111111.5",
        "41111111111111111111",  # too long
        "4111 1111 1111 1111 1111 1111",  # many numbers
        "5018 002233 44752",  # groups of Amex, but none of theirs
        "2019\t2020\t4111\t1111\t1111\t1111",
        "DE68 4111 1111 1111 1111 05",  # an account
        "1700000000000",  # milliseconds
        "550e8400-e29b-41d4-a716-446655440000",
    ],
)
def test_other_numbers_are_let_through(said: str) -> None:
    for ending, content in (
        (".txt", said.encode()),
        (".docx", word(paragraph(said))),
    ):
        assert judge(content, ending)[0].finding == Finding.CLEAN


def test_geometry_and_codes_are_no_numbers() -> None:
    shapes = (
        '<a:path w="4111111111111111" d="M4111111111111111"/>'
        '<w:panose1 w:val="02020603050405020304"/>'
    )

    assert judge(word(shapes), ".docx")[0].finding == Finding.CLEAN


def test_the_child_process_says_what_it_found() -> None:
    assert scan(GOOD_WORD, ".docx")[0].finding == Finding.CLEAN
    assert scan(word(paragraph(CARD)), ".docx")[0].finding == Finding.CARD_DATA
    assert scan(b"", ".docx")[0].finding == Finding.MISMATCH


def test_the_child_process_draws_a_picture_anew() -> None:
    verdict, drawn = scan(picture("PNG", size=(30, 20)), ".png")

    assert verdict == Verdict(Finding.CLEAN, "image/png", is_picture=True)
    with Image.open(BytesIO(drawn)) as again:
        assert again.size == (30, 20)


def test_a_huge_picture_is_not_drawn() -> None:
    assert scan(huge_picture(), ".png")[0].finding == Finding.TOO_MANY_PIXELS


def test_a_bomb_that_lies_about_its_size_does_not_go_off() -> None:
    assert scan(lying_bomb(), ".docx")[0].finding == Finding.UNREADABLE


@pytest.mark.parametrize(
    ("program", "finding"),
    [
        ("import os; os._exit(0)", Finding.UNREADABLE),  # says nothing
        ("raise SystemExit(1)", Finding.UNREADABLE),
        ("import os; os.abort()", Finding.UNREADABLE),
        ("x = bytearray(2**31)", Finding.UNREADABLE),  # all memory
        ("while True: pass", Finding.TIMEOUT),  # all time
        ('print(\'{"finding": "clean"}\')', Finding.UNREADABLE),
        (
            f"import os, sys; os.write(int(sys.argv[3]), {FORGED!r})",
            Finding.UNREADABLE,  # without the secret
        ),
    ],
)
def test_whatever_a_parser_does_to_its_process_is_no_verdict(
    program: str,
    finding: Finding,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The parser is one of these programs."""
    _reads_zips(program, tmp_path, monkeypatch)
    monkeypatch.setattr(guarded, "STAGES", ((3.0, "0"),))

    assert scan(GOOD_WORD, ".docx")[0].finding == finding


@pytest.mark.parametrize(
    "stream",
    [
        b"\x01\xff\x3f" * 500_000,  # one container in another, each to the end
        b"\x01\x00\xb0\x00A" * 100_000,
        b"\x01" + b"\x03\xb0\x02A\xfc\x0f" * 3000,  # six bytes are 4,096
    ],
)
def test_macros_without_an_end_are_unreadable(stream: bytes) -> None:
    assert judge(old_word(b"", macros=stream), ".doc")[0].finding == Finding.UNREADABLE


@pytest.mark.parametrize(
    "stream", [b"\x01", b"\x01\xff\xbf", b"\x01\x04\xb0\x01\xff\xff", b"\x01\x00\x30"]
)
def test_what_is_no_macro_stops_nobody(stream: bytes) -> None:
    assert judge(old_word(b"", macros=stream), ".doc")[0].finding == Finding.CLEAN


def test_the_child_process_gives_way_to_who_talks() -> None:
    says = "import os; from screening.files import child; child.limit();"
    says += "print(os.getpriority(os.PRIO_PROCESS, 0))"

    nice = subprocess.check_output(
        [sys.executable, "-c", says], cwd=guarded.ROOT, text=True
    )

    assert int(nice) == max(child.POLITE, os.nice(0))


@pytest.mark.parametrize(
    ("stages", "place"),
    [(((20.0, "19"),), "nice 19"), (((0.5, "19"), (20.0, "5")), "nice 5")],
)
def test_a_check_that_takes_long_gives_less_way(
    stages: tuple[tuple[float, str], ...],
    place: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Where the kernel shares the processor among sessions first: the parser ends when
    its session has this place."""
    program = f"""
from pathlib import Path
group = Path("/proc/self/autogroup")
while group.exists() and not group.read_text().strip().endswith({place!r}):
    pass
raise SystemExit(1)
"""
    _reads_zips(program, tmp_path, monkeypatch)
    monkeypatch.setattr(guarded, "STAGES", stages)

    assert scan(GOOD_WORD, ".docx")[0].finding == Finding.UNREADABLE


def _reads_zips(program: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Put a program in place of Python's zip reader."""
    (folder / "zipfile.py").write_text(program)
    environment = guarded._environment
    monkeypatch.setattr(
        guarded,
        "_environment",
        lambda temporary: (
            environment(temporary) | {"PYTHONPATH": f"{folder}:{guarded.ROOT}"}
        ),
    )


def test_the_child_process_knows_no_secret_of_ours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SECRET_KEY", "key-of-the-house")
    monkeypatch.setenv("DATABASE_URL", "postgres://password@host/parley")

    assert set(guarded._environment(str(tmp_path))) == {
        "PYTHONPATH",
        "PYTHONDONTWRITEBYTECODE",
        "PATH",
        "TMPDIR",
        "LANG",
    }


def test_a_sheet_of_many_numbers_is_read_to_its_end() -> None:
    rows = "".join(row(number(f"A{n}", str(n)), at=n) for n in range(1, 20_000))

    assert judge(workbook(rows), ".xlsx")[0].finding == Finding.CLEAN
    planted = rows + row(number("A20000", "4111111111111111"), at=20_000)
    assert judge(workbook(planted), ".xlsx")[0].finding == Finding.CARD_DATA
