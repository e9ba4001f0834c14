"""The child process that reads a file: `python -m screening.files.child`.

It gets the file as its standard input and the ending as its argument, writes its
verdict to one descriptor and a picture drawn anew to another. Parsers may panic, die,
eat memory or print: nothing of that is a verdict.
"""

from __future__ import annotations

import json
import os
import resource
import sys
from pathlib import Path

CPU_SECONDS = 20
POLITE = 10  # who talks comes first
MEMORY = 1024 * 1024 * 1024  # bytes
LARGEST_FILE = 64 * 1024 * 1024  # bytes that it may write
FILES = 64  # that it may have open


def limit() -> None:
    """Take the limits, and a place behind all others: there is no way back."""
    os.nice(max(0, POLITE - os.nice(0)))  # the worker is polite itself
    for what, most in (
        (resource.RLIMIT_CPU, CPU_SECONDS),
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_FSIZE, LARGEST_FILE),
        (resource.RLIMIT_NOFILE, FILES),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most))


def main(ending: str, secret: str, answer: int, picture: int) -> None:
    """Read standard input and write the verdict, with the secret of who asked."""
    limit()
    from screening.files.reading import judge

    verdict, drawn = judge(sys.stdin.buffer.read(), ending)
    if drawn is not None:
        with os.fdopen(picture, "wb") as file:
            file.write(drawn)
    words = {
        "finding": verdict.finding,
        "content_type": verdict.content_type,
        "is_picture": verdict.is_picture,
        "secret": secret,
    }
    with os.fdopen(answer, "w") as file:
        json.dump(words, file)


if __name__ == "__main__":
    # What a fault would say may quote the file.
    sys.excepthook = lambda *_: None
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent.parent))
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
