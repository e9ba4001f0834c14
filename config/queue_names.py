"""The queues in which tasks wait, each with workers of its own."""

from __future__ import annotations

TIMERS, WORK, SCANS, MAILS = "timers", "work", "scans", "mails"
