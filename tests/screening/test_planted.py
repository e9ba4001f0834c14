"""A card number is found wherever a file of an allowed format can keep it."""

from __future__ import annotations

from email.message import EmailMessage
from io import BytesIO

import pytest
from PIL import Image

from agents.models.organisation import DEFAULT_EXTENSIONS
from screening.files.kinds import PROMISED
from screening.files.reading import judge
from screening.files.verdicts import Finding
from tests.screening.documents import (
    TYPES,
    office,
    picture,
    zipped,
)
from tests.screening.planted import documents

CARD = "4111 1111 1111 1111"
OTHER = "4111 1111 1111 1112"
PLANTED = documents(CARD)
INNOCENT = documents(OTHER)


@pytest.mark.parametrize("name", PLANTED)
def test_a_planted_number_is_found(name: str) -> None:
    ending, content = PLANTED[name]

    verdict, drawn = judge(content, ending)

    assert verdict.finding == Finding.CARD_DATA
    assert drawn is None


@pytest.mark.parametrize(
    "name",
    [
        name
        for name in PLANTED
        # These are parts of a binary workbook, not a whole one.
        if INNOCENT[name] != PLANTED[name] and not name.startswith("xlsb")
    ],
)
def test_the_same_file_with_a_number_that_is_no_card_is_clean(name: str) -> None:
    ending, content = INNOCENT[name]

    verdict, _ = judge(content, ending)

    assert verdict.finding == Finding.CLEAN


@pytest.mark.parametrize(
    ("border", "finding"),
    [
        ("===============4000000000000000022==", Finding.CLEAN),
        ("===============4111111111111111==", Finding.CARD_DATA),
        ("4000000000000000022", Finding.CARD_DATA),
    ],
)
def test_borders_that_programs_make_are_no_numbers(
    border: str, finding: Finding
) -> None:
    made = EmailMessage()
    made["Subject"] = "Order"
    made.set_content("See the file.")
    made.add_attachment(b"Hello", "text", "plain", filename="a.txt")
    made.set_boundary(border)

    assert judge(made.as_bytes(), ".eml")[0].finding == finding


@pytest.mark.parametrize("ending", sorted(TYPES))
def test_every_office_format_is_read(ending: str) -> None:
    clean = office(ending, {"main/a.xml": f"<t>{OTHER}</t>"})
    planted = office(ending, {"main/a.xml": f"<t>{CARD}</t>"})

    assert judge(planted, f".{ending}")[0].finding == Finding.CARD_DATA
    found = judge(clean, f".{ending}")[0].finding
    # Without sheets it is no workbook.
    assert found == (Finding.UNREADABLE if ending.startswith("xl") else Finding.CLEAN)


def test_every_default_format_is_known() -> None:
    assert set(DEFAULT_EXTENSIONS.split()) <= set(PROMISED)


def test_files_in_files_in_files_are_read() -> None:
    content = CARD.encode()
    for _ in range(3):
        content = zipped({"part.bin": content, "x.xml": "<x/>"})

    verdict, _ = judge(
        office("docx", {"word/document.xml": "<d/>", "a.bin": content}), ".docx"
    )

    assert verdict.finding == Finding.CARD_DATA


def test_of_two_pictures_in_a_photo_the_one_that_is_seen_is_drawn() -> None:
    """As phones store it: the second one is for their own use."""
    made = BytesIO()
    first, second = (Image.new("RGB", (size, size), "red") for size in (8, 4))
    first.save(made, "MPO", save_all=True, append_images=[second])

    verdict, drawn = judge(made.getvalue(), ".jpg")

    assert verdict.finding == Finding.CLEAN
    assert drawn is not None
    with Image.open(BytesIO(drawn)) as again:
        assert (again.format, again.size) == ("JPEG", (8, 8))


def test_a_picture_loses_all_that_is_not_seen() -> None:
    exif = Image.Exif()
    exif[0x010E] = "At home"
    exif.get_ifd(0x8825)[2] = (48.0, 8.0, 0.0)
    content = picture("JPEG", exif=exif) + b"<script>alert(1)</script>"

    verdict, drawn = judge(content, ".jpg")

    assert verdict.finding == Finding.CLEAN
    assert verdict.is_picture
    assert drawn is not None
    assert b"At home" not in drawn
    assert b"script" not in drawn
    with Image.open(BytesIO(drawn)) as again:
        assert again.size == (8, 8)
        assert not again.getexif()
