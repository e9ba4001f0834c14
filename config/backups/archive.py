"""The file of a back-up: a compressed tar with a list of what made it."""

from __future__ import annotations

import contextlib
import gzip
import io
import json
import os
import shutil
import tarfile
import tempfile
import zlib
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

FORMAT = 1
MANIFEST = "manifest.json"
DATABASE = "database"
MEDIA = "media"
SECRET_KEY = "secret_key"  # noqa: S105 - a file's name
COMPRESSION = 6  # of 9
PIECE = 1024 * 1024  # bytes


class Damaged(Exception):
    """The file is no back-up, or not all of one."""


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """What the database was: its kind, and the migrations that had made it."""

    database: str
    migrations: list[list[str]]
    made_at: str
    format: int = FORMAT


def write(file: Path, manifest: Manifest, *, dump: Callable[[Path], None]) -> None:
    """Write a back-up; `dump` puts the database where it is told.

    An older file of this name is there until the new one is whole. Raise OSError.
    """
    with tempfile.TemporaryDirectory(dir=file.parent, prefix=".parley-") as name:
        folder = Path(name)
        # First the database: the files that it names are there already.
        dump(folder / DATABASE)
        whole = folder / "whole"
        with tarfile.open(whole, "w:gz", compresslevel=COMPRESSION) as tar:
            _add_text(tar, MANIFEST, json.dumps(asdict(manifest)))
            tar.add(folder / DATABASE, DATABASE)
            _add_text(tar, SECRET_KEY, settings.SECRET_KEY)
            for path in _media():
                # Some may be deleted meanwhile.
                with contextlib.suppress(FileNotFoundError):
                    tar.add(path, Path(MEDIA) / path.relative_to(settings.MEDIA_ROOT))
        with whole.open("rb") as written:
            os.fsync(written.fileno())
        whole.chmod(0o600)
        whole.replace(file)


def _media() -> Iterator[Path]:
    return (path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file())


def _add_text(tar: tarfile.TarFile, name: str, text: str) -> None:
    content = text.encode()
    member = tarfile.TarInfo(name)
    member.size = len(content)
    member.mode = 0o600
    tar.addfile(member, io.BytesIO(content))


@contextmanager
def unpacked(file: Path, *, inside: Path) -> Iterator[tuple[Path, Manifest]]:
    """Give a folder with what the back-up holds, and what made it. Raise Damaged."""
    with tempfile.TemporaryDirectory(dir=inside, prefix=".restoring-") as name:
        folder = Path(name)
        try:
            _check(file)
            with tarfile.open(file, "r:gz") as tar:
                tar.extractall(folder, filter="data")
            manifest = Manifest(**json.loads((folder / MANIFEST).read_text()))
        except (EOFError, zlib.error, tarfile.TarError, ValueError, TypeError) as error:
            raise Damaged(str(error)) from error
        except (gzip.BadGzipFile, FileNotFoundError) as error:
            raise Damaged(str(error)) from error
        yield folder, manifest


def _check(file: Path) -> None:
    """Read all of it: a checksum stands at the end, which tar does not look at."""
    with gzip.open(file) as content:
        while content.read(PIECE):
            pass


def put_aside(paths: list[Path], folder: Path) -> None:
    """Move these into the folder, those that there are."""
    for path in paths:
        if path.exists():
            folder.mkdir(mode=0o700, exist_ok=True)
            shutil.move(path, folder / path.name)
