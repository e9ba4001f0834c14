"""Where files are kept: Django's default storage, under names that say nothing."""

from __future__ import annotations

import logging
import secrets
import shutil
import tempfile
from contextlib import contextmanager, suppress
from typing import IO, TYPE_CHECKING, Any

from django.core.files import File
from django.core.files.storage import FileSystemStorage, default_storage
from django.core.files.uploadedfile import TemporaryUploadedFile
from django.utils.translation import gettext_lazy as _

from core import outages
from core.errors import DomainError, Unavailable

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

logger = logging.getLogger(__name__)

FOLDER = "attachments"
# Where the errors of a store come from that are no OSErrors: it is only loaded if used.
STORES = {"boto3", "botocore", "s3transfer"}
RETRY_AFTER = 5  # seconds


class NoRoomForFiles(DomainError):
    code = "disk_full"
    status = 507
    sentence = _("The disk is full: the files were not stored. Please try again later.")


class StoreAway(Unavailable):
    sentence = _("Files cannot be reached at the moment. Please try again in a moment.")

    def __init__(self) -> None:
        super().__init__(retry_after=RETRY_AFTER)


@contextmanager
def _reaching() -> Iterator[None]:
    """Raise what keeps us from the files as NoRoomForFiles or StoreAway; a file that
    is not there stays a FileNotFoundError."""
    try:
        yield
    except (FileNotFoundError, IsADirectoryError) as error:
        raise FileNotFoundError(*error.args) from error
    except Exception as error:
        if isinstance(error, OSError) and error.errno in outages.DISK_FULL:
            raise NoRoomForFiles from error
        if isinstance(error, OSError) or _is_of_a_store(error):
            logger.warning("Files cannot be reached: %r", error)
            raise StoreAway from error
        raise


def _is_of_a_store(error: Exception) -> bool:
    return type(error).__module__.partition(".")[0] in STORES


def store(content: IO[bytes]) -> str:
    """Store a file, whole or not at all; return its name. Raise
    NoRoomForFiles, StoreAway.

    An upload that is on the disk already is moved there, not copied, if it can be.
    """
    secret = secrets.token_hex(20)
    name = f"{FOLDER}/{secret[:2]}/{secret[2:]}"
    is_on_disk = isinstance(content, TemporaryUploadedFile)
    try:
        with _reaching():
            return default_storage.save(
                name, content if is_on_disk else File(content, name)
            )
    except BaseException:
        delete(name)
        raise


def opened(name: str) -> IO[Any]:
    """Return a stored file, open to be read. Raise FileNotFoundError, StoreAway."""
    with _reaching():
        file = default_storage.open(name, "rb")
        file.read(0)  # a store fetches it now: later nobody could say that it fails
        return file


@contextmanager
def on_disk(name: str) -> Iterator[IO[bytes]]:
    """Give a stored file as a file of this machine, open to be read: the stored one
    itself, or a copy of what is elsewhere. Raise FileNotFoundError, StoreAway."""
    with opened(name) as stored:
        if isinstance(default_storage, FileSystemStorage):
            yield stored
            return
        with tempfile.TemporaryFile() as copy:
            shutil.copyfileobj(stored, copy)
            copy.flush()
            yield copy


def delete(name: str | None) -> None:
    """Delete a file; one that is gone is no fault, one that stays is found later."""
    if not name:
        return
    with suppress(DomainError, FileNotFoundError), _reaching():
        default_storage.delete(name)


def older_than(moment: datetime) -> Iterator[str]:
    """Yield the names of all files that were stored before that, as far as the store
    can be reached."""
    with suppress(DomainError, FileNotFoundError), _reaching():
        yield from _older_than(moment)


def _older_than(moment: datetime) -> Iterator[str]:
    folders, _ = default_storage.listdir(FOLDER)
    for folder in folders:
        _, names = default_storage.listdir(f"{FOLDER}/{folder}")
        for name in names:
            path = f"{FOLDER}/{folder}/{name}"
            if default_storage.get_modified_time(path) < moment:
                yield path
