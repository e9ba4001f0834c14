"""`/widget.js`: one script that puts the chat on other people's sites."""

from __future__ import annotations

import hashlib
import json
import logging
import re
from functools import cache
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import DatabaseError
from django.http import HttpResponse
from django.utils.cache import get_conditional_response
from django.utils.deprecation import MiddlewareMixin
from django.views.decorators.gzip import gzip_page

from contacts.widget_words import words as words_of_all
from queues.queries import inviting_keys

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.http import HttpRequest, HttpResponseBase

logger = logging.getLogger(__name__)

ADDRESS = "/widget.js"
# Modules of static/js/widget/, each after those that it imports.
PARTS = (
    *("dom", "tag", "area", "memory", "visits", "events", "customer", "frame"),
    *("launcher", "panel", "invitation", "proactive", "words", "widget", "main"),
)
# One file has no modules: their names are those of one scope.
IMPORT = re.compile(r"^import [^;]*;\n", re.MULTILINE)
EXPORT = re.compile(r"^export ", re.MULTILINE)
# For so long a browser does not ask whether there is a newer one.
MAX_AGE = 600  # seconds
# Where marks stand: many more than there are entry points that invite.
PLACES = 16_384


def script(keys: Iterable[str] = ()) -> str:
    """Return the modules as one script with its styles, which leaves no name behind;
    `keys` are those of entry points that invite visitors."""
    marks = json.dumps(marked(keys))
    return f'(() => {{\n"use strict";\nconst INVITING = {marks};\n{_code()}}})();\n'


@cache
def _code() -> str:
    folder = settings.BASE_DIR / "static"
    words = json.dumps(words_of_all(), ensure_ascii=False)
    styles = json.dumps((folder / "css" / "widget.css").read_text())
    parts = [(folder / "js" / "widget" / f"{name}.js").read_text() for name in PARTS]
    code = EXPORT.sub("", IMPORT.sub("", "\n".join(parts)))
    return f"const STYLES = {styles};\nconst WORDS = {words};\n{code}"


def marked(keys: Iterable[str]) -> str:
    """Return a mark at the place of each key, four to a digit: the widgets of all other
    entry points know by it that there is nothing to ask for, and none is named."""
    digits = [0] * (PLACES // 4)
    for key in keys:
        place = _place(key)
        digits[place // 4] |= 1 << place % 4
    return "".join(f"{digit:x}" for digit in digits).rstrip("0")


def _place(key: str) -> int:
    """Hash a key (FNV-1a), as static/js/widget/proactive.js does."""
    number = 2166136261
    for byte in key.encode():
        number = (number ^ byte) * 16777619 % 2**32
    return number % PLACES


@gzip_page
def widget(request: HttpRequest) -> HttpResponseBase | None:
    text = script(_inviting_keys())
    etag = f'"{hashlib.sha256(text.encode()).hexdigest()[:32]}"'
    response = HttpResponse(
        text,
        content_type="text/javascript; charset=utf-8",
        headers={
            "Cache-Control": f"public, max-age={MAX_AGE}",
            # Sites that isolate themselves load only what says that it may be loaded.
            "Cross-Origin-Resource-Policy": "cross-origin",
            "ETag": etag,
        },
    )
    return get_conditional_response(request, etag=etag, response=response)


def _inviting_keys() -> list[str]:
    """Return whose widgets invite; nobody's while the database is away."""
    try:
        return inviting_keys()
    except DatabaseError as error:
        logger.warning("The widget invites nobody, the database is away: %s", error)
        return []


class WidgetMiddleware(MiddlewareMixin):
    """Answers `/widget.js` before anybody asks who is signed in: it is the same for
    everybody, and sets no cookie."""

    def process_request(self, request: HttpRequest) -> HttpResponseBase | None:
        is_asked_for = request.path == ADDRESS and request.method in {"GET", "HEAD"}
        return widget(request) if is_asked_for else None
