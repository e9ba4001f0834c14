"""Where files are kept: Django's default storage, under names that say nothing."""

from __future__ import annotations

import logging
import secrets
from typing import IO, TYPE_CHECKING, Any

from django.core.files import File
from django.core.files.storage import default_storage

from core import outages
from core.errors import DomainError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

logger = logging.getLogger(__name__)

FOLDER = "attachments"


class NoRoomForFiles(DomainError):
    code = "disk_full"
    status = 507
    sentence = "The disk is full: the files were not stored. Please try again later."


def store(content: IO[bytes]) -> str:
    """Store a file, whole or not at all; return its name. Raise NoRoomForFiles."""
    secret = secrets.token_hex(20)
    name = f"{FOLDER}/{secret[:2]}/{secret[2:]}"
    try:
        return default_storage.save(name, File(content, name))
    except BaseException as error:
        delete(name)
        if isinstance(error, OSError) and error.errno in outages.DISK_FULL:
            raise NoRoomForFiles from error
        raise


def opened(name: str) -> IO[Any]:
    """Return a stored file, open to be read. Raise FileNotFoundError."""
    return default_storage.open(name, "rb")


def delete(name: str | None) -> None:
    """Delete a file; one that is gone is no fault, one that stays is found later."""
    if not name:
        return
    try:
        default_storage.delete(name)
    except OSError as error:
        logger.warning("A file could not be deleted: %r", error)


def older_than(moment: datetime) -> Iterator[str]:
    """Yield the names of all files that were stored before that."""
    try:
        folders, _ = default_storage.listdir(FOLDER)
    except FileNotFoundError:
        return
    for folder in folders:
        _, names = default_storage.listdir(f"{FOLDER}/{folder}")
        for name in names:
            path = f"{FOLDER}/{folder}/{name}"
            if default_storage.get_modified_time(path) < moment:
                yield path
