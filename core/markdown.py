"""Markdown (CommonMark, with tables): as a page shows it, and as plain text.

Whatever is written, nothing in it runs: markup in it is text, and what is rendered is
cleaned before it is shown.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt

from core.text import is_blank

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from markdown_it.token import Token

TAGS = {
    *("a", "blockquote", "br", "code", "em", "h1", "h2", "h3", "h4", "h5", "h6", "hr"),
    *("li", "ol", "p", "pre", "strong", "table", "tbody", "td", "th", "thead", "tr"),
    "ul",
}
ATTRIBUTES = {"a": {"href", "title"}, "ol": {"start"}}
SCHEMES = {"http", "https", "mailto", "tel"}

CELLS = {"td", "th"}
HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6"}

_READER = MarkdownIt("commonmark", {"html": False}).enable("table")


class Block(NamedTuple):
    """A paragraph, an item of a list, a row of a table, ... as plain text."""

    text: str
    is_heading: bool


def rendered(text: str) -> SafeString:
    """Return the text as HTML that is safe to show."""
    cleaned = nh3.clean(
        _READER.render(text),
        tags=TAGS,
        attributes=ATTRIBUTES,
        url_schemes=SCHEMES,
        link_rel="noopener noreferrer nofollow",
    )
    return mark_safe(cleaned)  # noqa: S308


def titled(text: str) -> tuple[str, str]:
    """Return the first heading of the first level, as plain text, and what is left of
    the text without it; "" and all of it where there is none."""
    tokens = _READER.parse(text)
    for heading, inline in pairwise(tokens):
        if heading.type == "heading_open" and heading.tag == "h1" and heading.map:
            begin, end = heading.map
            lines = text.splitlines(keepends=True)
            rest = "".join([*lines[:begin], *lines[end:]])
            return _plain(inline.children or ()), rest.strip("\n")
    return "", text


def blocks(text: str) -> Iterator[Block]:
    """Yield what the text consists of, without its markup."""
    lists = _Lists()
    kinds: list[str] = []  # of what the reader is in
    cells: list[str] = []
    for token in _READER.parse(text):
        lists.pass_by(token)
        if token.nesting == 1:
            kinds.append(token.tag)
        elif token.nesting == -1:
            kinds.pop()
        if token.type == "tr_close":
            yield from _block(" | ".join(filter(None, cells)))
            cells = []
        elif token.type == "inline" and kinds[-1] in CELLS:
            cells.append(_plain(token.children or ()))
        elif token.type == "inline":
            plain = lists.mark() + _plain(token.children or ())
            yield from _block(plain, is_heading=kinds[-1] in HEADINGS)
        elif token.type in {"fence", "code_block"}:
            yield from _block(token.content)


def _block(plain: str, *, is_heading: bool = False) -> Iterator[Block]:
    if not is_blank(plain):
        yield Block(plain.strip(), is_heading)


class _Lists:
    """What stands before the items of lists: their numbers, or a dash."""

    def __init__(self) -> None:
        self._next: list[int | None] = []  # None: without numbers
        self._mark = ""

    def pass_by(self, token: Token) -> None:
        match token.type:
            case "bullet_list_open":
                self._next.append(None)
            case "ordered_list_open":
                self._next.append(int(token.attrGet("start") or 1))
            case "bullet_list_close" | "ordered_list_close":
                self._next.pop()
            case "list_item_open":
                self._begin()

    def _begin(self) -> None:
        number = self._next[-1]
        self._mark = "- " if number is None else f"{number}. "
        if number is not None:
            self._next[-1] = number + 1

    def mark(self) -> str:
        """Return the mark of an item, before the first of its lines."""
        mark, self._mark = self._mark, ""
        return mark


def _plain(children: Sequence[Token]) -> str:
    """Return the words of a line, each address behind what it is linked from."""
    parts: list[str] = []
    begun: list[tuple[int, str]] = []
    for token in children:
        match token.type:
            case "softbreak":
                parts.append(" ")
            case "hardbreak":
                parts.append("\n")
            case "link_open":
                begun.append((len(parts), str(token.attrGet("href") or "")))
            case "link_close" if begun:
                start, address = begun.pop()
                linked = "".join(parts[start:])
                shown = address.removeprefix("mailto:").removeprefix("tel:")
                parts.append("" if shown in {"", linked} else f" ({shown})")
            case _:
                parts.append(token.content)
    return "".join(parts).strip()
