from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, NoReturn

from django.utils.translation import gettext
from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser

from core.errors import TooLarge

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import IO

MAX_BODY = 1024 * 1024  # bytes
MAX_DIGITS = 640  # of one number; Python reads as many under all settings

# What stands in a text, and what a fraction is made of, is passed over.
_TEXT = r'"(?:[^"\\]|\\.)*"'
_FRACTION = r"-?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?"
_VALUES = re.compile(rf"{_TEXT}|{_FRACTION}|(?P<constant>NaN|-?Infinity)")


class BoundedJSONParser(JSONParser):
    """Reads JSON in UTF-8, whatever the header says (RFC 8259), up to 1 MiB."""

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        body = stream.read(MAX_BODY + 1)
        if len(body) > MAX_BODY:
            raise TooLarge(
                gettext("The body of the request is too large: 1 MiB at most.")
            )
        return _value_of(_text_of(body))


def _text_of(body: bytes) -> str:
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        # The error counts from after a byte order mark, as its own bytes do.
        before = error.object[: error.start].decode("utf-8", "replace")
        place = _place(before, len(before))
        raise ParseError(
            gettext("This is no JSON: at %(place)s it is no UTF-8.") % {"place": place}
        ) from error


def _value_of(text: str) -> Any:
    try:
        return json.loads(text, parse_constant=_refuse, parse_int=_integer)
    except json.JSONDecodeError as error:
        what = error.msg[:1].lower() + error.msg[1:].removesuffix(" at")
        place = gettext("line %(lineno)s, column %(colno)s") % {
            "lineno": error.lineno,
            "colno": error.colno,
        }
        raise ParseError(
            gettext("This is no JSON: %(what)s at %(place)s.")
            % {"what": what, "place": place}
        ) from error
    except RecursionError as error:
        sentence = gettext(
            "This JSON cannot be read: its brackets are nested too deeply."
        )
        raise ParseError(sentence) from error
    except _Peculiar as error:
        raise ParseError(_what_is_peculiar(text)) from error


class _Peculiar(Exception):
    """A value that JSON does not have, or that nobody can mean."""


def _refuse(constant: str) -> NoReturn:
    raise _Peculiar(constant)


def _integer(digits: str) -> int:
    if _is_too_long(digits):
        raise _Peculiar
    return int(digits)


def _is_too_long(value: str) -> bool:
    digits = value.removeprefix("-")
    return digits.isdigit() and len(digits) > MAX_DIGITS


def _what_is_peculiar(text: str) -> str:
    """Return the sentence about the first peculiar value; all before it is JSON."""
    for match in _VALUES.finditer(text):
        if match["constant"]:
            place = _place(text, match.start())
            return gettext(
                "This is no JSON: %(constant)s at %(place)s is no number."
            ) % {"constant": match["constant"], "place": place}
        if _is_too_long(match[0]):
            place = _place(text, match.start())
            return gettext(
                "The number at %(place)s has more than %(max_digits)s digits."
            ) % {"place": place, "max_digits": MAX_DIGITS}
    raise AssertionError("The parser found one.")


def _place(text: str, position: int) -> str:
    """Return where that is, in the words of an editor, which counts from one."""
    line = text.count("\n", 0, position) + 1
    column = position - text.rfind("\n", 0, position)
    return gettext("line %(line)s, column %(column)s") % {
        "line": line,
        "column": column,
    }
