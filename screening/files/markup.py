"""What XML and HTML say: their text, and the attributes that people write.

Tags are cut out, nothing is parsed: what is not well-formed is read all the same, no
entity grows, and no address is followed.
"""

from __future__ import annotations

import base64
import binascii
import html
import re
import urllib.parse
from typing import TYPE_CHECKING

from screening.files.charsets import decode
from screening.files.verdicts import Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterator

# Elements that do not part the text before them from the text behind them.
_INLINE = (
    # WordprocessingML, DrawingML, SpreadsheetML
    "r|t|delText|instrText|ins|del|moveFrom|moveTo|hyperlink|smartTag|sdt|sdtContent"
    "|proofErr|bookmarkStart|bookmarkEnd|commentRangeStart|commentRangeEnd|fld"
    "|lastRenderedPageBreak|noProof|fldSimple|fldChar|softHyphen|permStart|permEnd"
    "|customXml|commentReference|annotationRef|phoneticPr"
    # OpenDocument
    "|span|a|bookmark|bookmark-start|bookmark-end|soft-page-break|reference-mark"
    "|reference-mark-start|reference-mark-end|meta|meta-field"
    # HTML
    "|abbr|acronym|b|bdi|bdo|big|cite|code|dfn|em|font|i|kbd|label|mark|nobr|q|s|samp"
    "|small|strike|strong|sub|sup|tt|u|var|wbr"
)
_REST_OF_TAG = r"(?:\s(?:[^<>\"']|\"[^\"]*\"|'[^']*')*)?/?>"
_PROPERTIES = re.compile(
    rf"<(?P<name>(?:\w+:)?(?:rPr|endParaRPr))(?:{_REST_OF_TAG[:-3]}/>|{_REST_OF_TAG}"
    r".*?</(?P=name)\s*>)",
    re.DOTALL,
)
_INLINE_TAG = re.compile(rf"</?(?:\w+:)?(?:{_INLINE}){_REST_OF_TAG}", re.IGNORECASE)
_CELL_TAG = re.compile(
    rf"</?(?:\w+:)?(?:c|v|td|th|tc|tab|table-cell){_REST_OF_TAG}", re.IGNORECASE
)
_SPACE_TAG = re.compile(rf"<text:s{_REST_OF_TAG}")
_HYPHEN_TAG = re.compile(rf"<w:noBreakHyphen{_REST_OF_TAG}")
_TAG = re.compile(rf"</?[^\s<>!?/\"']+{_REST_OF_TAG}")
_MARKERS = re.compile(r"<!\[CDATA\[|\]\]>|<!--|-->|<\?|\?>")
_HEADER_CODE = re.compile(r"&(?:[LCRSXYEBIUPNDTAFGZ]|\"[^\"]*\")(?=.)")

_SCIENTIFIC = re.compile(r"(?<![\w.])[1-9]\.\d{5,18}[eE]\+?1[2-8](?![\w.])")

# Attributes in which people's words stand; geometry and codes are in others.
_ATTRIBUTES = (
    "descr|title|alt|altText|tooltip|display|displayText|location|prompt|promptTitle"
    "|error|errorTitle|name|val|value|string|UnicodeString|Target|href|content"
    "|placeholder|label|summary|defaultValue|default|current-value|string-value"
    "|text|author|initials|formula|subject|keywords|src|action|statusText|helpText"
    r"|aria-[\w-]+|data-[\w-]+|srcdoc|NavigateUri|caption|comment"
)
_ATTRIBUTE = re.compile(
    rf"[\s:](?:{_ATTRIBUTES})\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'<>]+))",
    re.IGNORECASE,
)
_ANY_ATTRIBUTE = re.compile(r"\s[\w:.-]+\s*=\s*(?:\"([^\"<]*)\"|'([^'<]*)')")
_DATA_URI = re.compile(r"data:[\w/+.-]*((?:;[\w=-]+)*),([^\"'\s)<>]*)", re.IGNORECASE)
_PACKED = re.compile(
    r"<(?P<tag>(?:\w+:)?(?:binData|binaryData|binary-data))\b[^>]*>(?P<data>[^<]*)</"
)
_DOCTYPE = re.compile(r"<!DOCTYPE", re.IGNORECASE)
_SUBSET = re.compile(r"<!DOCTYPE[^\[>]*\[|<!ENTITY", re.IGNORECASE)


def texts_of_part(content: bytes) -> Iterator[str]:
    """Yield what a part of an office file says. Raise Unreadable at a DOCTYPE."""
    source = decode(content)
    if _DOCTYPE.search(source):
        raise Unreadable
    yield from _texts(source, _ATTRIBUTE)


def texts_of_xml(content: bytes) -> Iterator[str]:
    """Yield what an XML file says. Raise Unreadable where it defines entities."""
    source = decode(content)
    if _SUBSET.search(source):
        raise Unreadable
    yield from _texts(source, _ANY_ATTRIBUTE)


def texts_of_html(content: bytes) -> Iterator[str]:
    """Yield what a page says, its scripts and comments included."""
    yield from texts_of_html_text(decode(content))


def texts_of_html_text(source: str) -> Iterator[str]:
    yield from _texts(source, _ATTRIBUTE)


def _texts(source: str, attribute: re.Pattern[str]) -> Iterator[str]:
    yield _without_tags(source)
    values = (
        next(filter(None, match.groups()), "") for match in attribute.finditer(source)
    )
    said = "\n".join(html.unescape(value) for value in values)
    yield said
    if "%" in said:
        yield urllib.parse.unquote(said)
    if "<" in said:  # a page in an attribute
        yield _without_tags(said)


def _without_tags(source: str) -> str:
    text = _HYPHEN_TAG.sub("-", _SPACE_TAG.sub(" ", _PROPERTIES.sub("", source)))
    text = _CELL_TAG.sub("\t", _INLINE_TAG.sub("", text))
    text = _MARKERS.sub("\n", _TAG.sub("\n", text))
    return _SCIENTIFIC.sub(_in_full, _HEADER_CODE.sub(" ", html.unescape(text)))


def _in_full(match: re.Match[str]) -> str:
    """Return a large number as its digits: so do spreadsheets keep long ones."""
    return str(int(float(match[0])))


def packed_in(source: str) -> Iterator[bytes]:
    """Yield the files that stand in a text: `data:` addresses, and what Word packs."""
    for match in _DATA_URI.finditer(source):
        packed = urllib.parse.unquote_to_bytes(html.unescape(match[2]))
        yield _unpacked(packed) if "base64" in match[1].lower() else packed
    for match in _PACKED.finditer(source):
        yield _unpacked(match["data"].encode("ascii", "ignore"))


def _unpacked(packed: bytes) -> bytes:
    try:
        return base64.b64decode(packed + b"==")
    except binascii.Error as error:
        raise Unreadable from error
