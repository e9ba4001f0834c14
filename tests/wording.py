"""Texts for people that stand in templates and scripts as they are, untranslated."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

# --- templates --------------------------------------------------------------------
TRANSLATED = re.compile(r"{%\s*blocktranslate.*?{%\s*endblocktranslate\s*%}", re.DOTALL)
CODE = re.compile(r"<(script|style|code|kbd)\b.*?</\1>", re.DOTALL)
COMMENT = re.compile(
    r"{#.*?#}|<!--.*?-->|<!DOCTYPE.*?>|{% block bodyclass %}.*?{% endblock.*?%}",
    re.DOTALL,
)
MARKUP = re.compile(r"{%.*?%}|{{.*?}}", re.DOTALL)
TAG = re.compile(r"<[^<>]*>")
ATTRIBUTE = re.compile(r'(?<![\w-])(title|aria-label|placeholder|alt)="([^"]*)"')
# Values that scripts show are sentences, or words that begin as those do.
DATA = re.compile(r'\bdata-[a-z-]+="([^"]*[A-Za-z] [^"]*|[A-Z][a-z]+)"')
BUTTON = re.compile(r'<input[^<>]*type="(?:submit|button)"[^<>]*>')
VALUE = re.compile(r'\bvalue="([^"]*)"')
FILTERED = re.compile(r"\|(?:yesno|default|pluralize|join):[\"'][^\"']*[A-Za-z]{2}")
GIVEN = re.compile(
    r'{% include [^%]*\b(?:heading|label|attach|title)="[^"]*[A-Za-z]{2}'
)
WORD = re.compile(r"[A-Za-z]{2}")
# What a script or a mail fills in, and characters by their names.
FOR_SCRIPTS = re.compile(r"\{[\w.]+\}|&\w+;")
NAMES = {"Parley", "- Parley", "- - Parley", "Acme"}  # called so in all languages


def in_template(source: str) -> Iterator[str]:
    """Yield what a template says without asking for its translation."""
    source = CODE.sub("", COMMENT.sub("", TRANSLATED.sub("", source)))
    for match in (*FILTERED.finditer(source), *GIVEN.finditer(source)):
        yield match[0]
    # What is left is HTML: what a tag of Django's says becomes nothing.
    html = MARKUP.sub("", source)
    values = [match[2] for match in ATTRIBUTE.finditer(html)]
    values += DATA.findall(html)
    for match in BUTTON.finditer(html):
        values += VALUE.findall(match[0])
    for text in (*values, *TAG.split(html)):
        words = " ".join(FOR_SCRIPTS.sub("", text).split())
        if WORD.search(words) and words not in NAMES:
            yield words


# --- scripts ----------------------------------------------------------------------
LITERAL = re.compile(
    r"//[^\n]*|/\*.*?\*/"
    r"""|(?P<console>console\.\w+\(\s*)?(?:"(?P<a>(?:[^"\\\n]|\\.)*)\""""
    r"""|'(?P<b>(?:[^'\\\n]|\\.)*)'|`(?P<c>(?:[^`\\]|\\.)*)`)""",
    re.DOTALL,
)
FILLED = re.compile(r"\$\{[^}]*\}")
SENTENCE = re.compile(
    r"[^\W\d_]{2,}[.,:!?…]? [^\W\d_]|[\d@] [^\W\d_]{2,}|[^\W\d_]{2,}[!?…]$"
    r"|[A-Z][^\W\d_]+[.]$"
)
FOR_PROGRAMS = re.compile(
    r"--|__|[\[\]<>=#/*(){};]|^Bearer |^use strict$|^[a-z]+, [a-z]+$|^@ async$"
)


def in_script(source: str) -> Iterator[str]:
    """Yield literals of a script that are sentences, but for those to a console."""
    for match in LITERAL.finditer(source):
        literal = match["a"] or match["b"] or match["c"] or ""
        text = FILLED.sub("@", literal)
        if match["console"] or FOR_PROGRAMS.search(text):
            continue
        if SENTENCE.search(text.strip()):
            yield literal
