from __future__ import annotations

import re
import unicodedata

# Embeddings, overrides and isolates: they turn around what stands beside a name.
DIRECTIONS = re.compile("[\u202a-\u202e\u2066-\u2069]")
BREAKS = {"Cc", "Zl", "Zp"}


def one_line(text: str) -> str:
    """Return a name as it may stand among other texts: without line breaks, control
    characters and marks that change the direction of its neighbours."""
    seen = DIRECTIONS.sub("", text)
    spaced = (" " if unicodedata.category(c) in BREAKS else c for c in seen)
    return " ".join("".join(spaced).split())
