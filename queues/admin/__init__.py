"""Administration of queues, entry points, assistants and predefined responses."""

from __future__ import annotations

from queues.admin import pages

__all__ = ["pages"]
