"""Administration of the organisation and its people, and what all pages share."""

from __future__ import annotations

from agents.admin import pages, tokens

__all__ = ["pages", "tokens"]
