"""How many files this process may have open: every connection is one.

Where there are none left, connections are refused before anybody could say so. A new
file gets the lowest free number, so its number tells how many are open.
"""

from __future__ import annotations

import errno
import logging
import os
import resource

from core.logs import OnceAMinute

logger = logging.getLogger(__name__)

MOST = 65536
NEARLY_ALL = 0.9  # of the limit

_news = OnceAMinute()


def raise_limit() -> int:
    """Raise the soft limit as far as the hard one lets us, to 65,536 at most. Return
    what it is then."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MOST if hard == resource.RLIM_INFINITY else min(hard, MOST)
    if soft == resource.RLIM_INFINITY or soft >= wanted:
        return soft
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
    except (ValueError, OSError) as error:
        logger.warning("No more than %d files can be open: %s", soft, error)
        return soft
    return wanted


def note(number: int) -> None:
    """Look at the number of a file that was just opened; log where files run out."""
    said = _shortage(number)
    if said and _news.is_due("files"):
        logger.error("%s Connections will be refused.", said)


def shortage() -> str:
    """Return in words that files run out, "" where they do not."""
    try:
        number = os.open(os.devnull, os.O_RDONLY)
    except OSError as error:
        if error.errno not in {errno.EMFILE, errno.ENFILE}:
            raise
        return "No more files can be opened."
    os.close(number)
    return _shortage(number)


def _shortage(number: int) -> str:
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft == resource.RLIM_INFINITY or number < soft * NEARLY_ALL:
        return ""
    return f"{number} of {soft} files are open: raise the limit (LimitNOFILE)."
