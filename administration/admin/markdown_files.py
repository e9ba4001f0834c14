"""Articles from Markdown: files, or archives (zip) of them, each file one article.

They become the rows of a file of articles, which then is looked at and imported as any
other. What cannot be read is said in a sentence that names the file.
"""

from __future__ import annotations

import csv
import zipfile
import zlib
from io import BytesIO, StringIO
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, NamedTuple

from django.core.exceptions import ValidationError
from django.utils.translation import gettext

from administration.admin import csv_file
from core import markdown
from core.cells import escaped
from core.text import is_blank, one_line
from queues.models.article import MAX_BODY, MAX_TITLE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

ENDINGS = {".md", ".markdown"}
ARCHIVE = ".zip"
# What systems put into archives besides.
LEFT_OUT = "__MACOSX"
PACKED = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}


class Written(NamedTuple):
    """A file of Markdown."""

    name: str
    content: bytes


def is_markdown(name: str) -> bool:
    return _ending(name) in {*ENDINGS, ARCHIVE}


def as_rows(files: Iterable[Written], *, language: str, state: str) -> str:
    """Return the files as the text of a CSV file. Raise ValidationError."""
    found = [each for file in files for each in _unpacked(file)]
    if not found:
        raise ValidationError(gettext("There is no Markdown file in the archive."))
    if len(found) > csv_file.MAX_ROWS:
        raise ValidationError(
            gettext("These are %(number)s files; %(max_rows)s fit into one import.")
            % {"number": len(found), "max_rows": csv_file.MAX_ROWS}
        )
    if sum(len(each.content) for each in found) > csv_file.MAX_BYTES:
        raise _too_large()
    rows = [(*_article(each), language, state) for each in found]
    stream = StringIO(newline="")
    writer = csv.writer(stream)
    writer.writerow(("title", "body", "language", "state"))
    writer.writerows([escaped(cell) for cell in row] for row in rows)
    return stream.getvalue()


def _article(file: Written) -> tuple[str, str]:
    """Return title and body: the first heading and what is left, else the name of the
    file and all of it."""
    try:
        text = file.content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise _wrong(file.name, gettext("is not in UTF-8")) from None
    if "\0" in text:
        raise _wrong(file.name, gettext("has bytes that are no text"))
    if len(text) > MAX_BODY + MAX_TITLE:
        raise _wrong(
            file.name,
            gettext("has more than %(max_body)s characters")
            % {"max_body": f"{MAX_BODY:,}"},
        )
    heading, body = markdown.titled(text)
    stem = PurePosixPath(file.name).stem.replace("_", " ").replace("-", " ")
    title = one_line(heading) or one_line(stem)
    if len(title) > MAX_TITLE:
        raise _wrong(
            file.name,
            gettext("has a title of more than %(max_title)s characters")
            % {"max_title": MAX_TITLE},
        )
    if is_blank(body):
        raise _wrong(file.name, gettext("says nothing below its title"))
    return title, body


def _unpacked(file: Written) -> Iterator[Written]:
    """Yield a file, or those of an archive."""
    if _ending(file.name) != ARCHIVE:
        yield file
        return
    try:
        with zipfile.ZipFile(BytesIO(file.content)) as archive:
            yield from _members(file.name, archive)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError):
        raise _wrong(file.name, gettext("is no archive that can be read")) from None


def _members(name: str, archive: zipfile.ZipFile) -> Iterator[Written]:
    room = csv_file.MAX_BYTES
    for member in archive.infolist():
        path = PurePosixPath(member.filename)
        if member.is_dir() or LEFT_OUT in path.parts or path.name.startswith("."):
            continue
        if _ending(path.name) not in ENDINGS:
            raise _wrong(
                path.name,
                gettext("in “%(name)s” is no Markdown file (.md)") % {"name": name},
            )
        if member.flag_bits & 1 or member.compress_type not in PACKED:
            raise _wrong(
                path.name, gettext("in “%(name)s” cannot be unpacked") % {"name": name}
            )
        with archive.open(member) as packed:
            # Whatever the archive says of its size.
            content = packed.read(room + 1)
        room -= len(content)
        if room < 0:
            raise _too_large()
        yield Written(path.name, content)


def _ending(name: str) -> str:
    return PurePosixPath(name).suffix.lower()


def _wrong(name: str, why: str) -> ValidationError:
    return ValidationError(f"“{name}” {why}.")


def _too_large() -> ValidationError:
    kilobytes = csv_file.MAX_BYTES // 1024
    return ValidationError(
        gettext("These files have more than %(kilobytes)s KB.")
        % {"kilobytes": kilobytes}
    )
