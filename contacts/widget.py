"""`/widget.js`: one script that puts the chat on other people's sites."""

from __future__ import annotations

import hashlib
import json
import re
from functools import cache
from typing import TYPE_CHECKING

from django.conf import settings
from django.http import HttpResponse
from django.utils.deprecation import MiddlewareMixin
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import condition

from contacts.widget_words import words as words_of_all

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponseBase

ADDRESS = "/widget.js"
# Modules of static/js/widget/, each after those that it imports.
PARTS = (
    *("dom", "tag", "area", "memory", "events", "customer", "frame", "launcher"),
    *("panel", "words", "widget", "main"),
)
# One file has no modules: their names are those of one scope.
IMPORT = re.compile(r"^import [^;]*;\n", re.MULTILINE)
EXPORT = re.compile(r"^export ", re.MULTILINE)
# For so long a browser does not ask whether there is a newer one.
MAX_AGE = 600  # seconds


@cache
def script() -> str:
    """Return the modules as one script with its styles, which leaves no name behind."""
    folder = settings.BASE_DIR / "static"
    words = json.dumps(words_of_all(), ensure_ascii=False)
    styles = json.dumps((folder / "css" / "widget.css").read_text())
    parts = [(folder / "js" / "widget" / f"{name}.js").read_text() for name in PARTS]
    code = EXPORT.sub("", IMPORT.sub("", "\n".join(parts)))
    said = f"const WORDS = {words};\n"
    return f'(() => {{\n"use strict";\nconst STYLES = {styles};\n{said}{code}}})();\n'


def _etag(request: HttpRequest) -> str:
    return f'"{_digest(script())}"'


@cache
def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:32]


@gzip_page
@condition(etag_func=_etag)
def widget(request: HttpRequest) -> HttpResponse:
    return HttpResponse(
        script(),
        content_type="text/javascript; charset=utf-8",
        headers={
            "Cache-Control": f"public, max-age={MAX_AGE}",
            # Sites that isolate themselves load only what says that it may be loaded.
            "Cross-Origin-Resource-Policy": "cross-origin",
        },
    )


class WidgetMiddleware(MiddlewareMixin):
    """Answers `/widget.js` before anybody asks who is signed in: it is the same for
    everybody, and sets no cookie."""

    def process_request(self, request: HttpRequest) -> HttpResponseBase | None:
        is_asked_for = request.path == ADDRESS and request.method in {"GET", "HEAD"}
        return widget(request) if is_asked_for else None
