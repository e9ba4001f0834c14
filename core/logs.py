"""How a line of a log looks: one line, of bounded length, whatever it quotes; and how
often the same is said."""

from __future__ import annotations

import logging
import re

from core import clock, outages

LONGEST = 1000  # characters of a message
CONTROL = re.compile("[\x00-\x08\x0a-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")
VISITORS_FAULTS = "django.security"
MINUTE = 60  # seconds


class OneLine(logging.Formatter):
    """Nobody writes a line of ours by what they send: control characters are spelled
    out, and the lines of a traceback stand behind a bar."""

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802
        text = super().formatMessage(record)
        if len(text) > LONGEST:
            text = f"{text[:LONGEST]} … ({len(text)} characters)"
        return CONTROL.sub(_spelled, text)

    def format(self, record: logging.LogRecord) -> str:
        text = super().format(record)
        first, *rest = text.split("\n")
        return "\n".join([first, *(f"  | {line}" for line in rest)])

    def formatException(self, ei: object) -> str:  # noqa: N802
        return CONTROL.sub(_kept_breaks, super().formatException(ei))  # type: ignore[arg-type]


def _spelled(found: re.Match[str]) -> str:
    return found[0].encode("unicode_escape").decode()


def _kept_breaks(found: re.Match[str]) -> str:
    return "\n" if found[0] == "\n" else _spelled(found)


class NoIdleTracebacks(logging.Filter):
    """What a visitor sent wrong, or a database that is away, says nothing of where our
    code stood."""

    def filter(self, record: logging.LogRecord) -> bool:
        error = record.exc_info[1] if record.exc_info else None
        if outages.is_outage(error):
            record.msg, record.args = f"{record.getMessage()}: {error}", ()
        elif not record.name.startswith(VISITORS_FAULTS):
            return True
        record.exc_info = record.exc_text = None
        return True


class OnceAMinute:
    """Keeps what happens every second from filling the log."""

    def __init__(self) -> None:
        self._said_at: dict[str, float] = {}

    def is_due(self, news: str) -> bool:
        """Whether this was not said in the last minute; then it counts as said now."""
        now = clock.ticks()
        recent = {
            said: at for said, at in self._said_at.items() if 0 <= now - at < MINUTE
        }
        self._said_at = recent | {news: recent.get(news, now)}
        return news not in recent
