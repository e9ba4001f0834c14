"""What mails say: an organisation's own words, else those of templates/mail/, and what
is filled in. The HTML part is made of the text: nobody's markup gets in."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from django.template.loader import render_to_string

from agents.models import MailTemplate, Organisation, wording
from core import placeholders
from core.text import one_line

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from agents.models import MailKind

EMPTY_LINES = re.compile(r"\n[ \t]*\n\s*")


class Words(NamedTuple):
    """A mail before anything is filled in."""

    subject: str
    text: str


class Written(NamedTuple):
    subject: str
    text: str
    html: str


class Piece(NamedTuple):
    """Some words, or a link of ours."""

    text: str
    is_link: bool


class Part(NamedTuple):
    """A paragraph of the HTML part: `name` where all of it is one placeholder."""

    name: str
    pieces: list[Piece]


def write(
    kind: MailKind, *, organisation: Organisation | None, values: Mapping[str, str]
) -> Written:
    """Return the mail in the words of the organisation."""
    words = words_of(kind, organisation)
    return fill(words, kind=kind, organisation=organisation, values=values)


def words_of(kind: MailKind, organisation: Organisation | None) -> Words:
    """Return what an organisation says in mails of this kind."""
    rows = MailTemplate.objects.filter(organisation=organisation, kind=kind)
    own = rows.values_list("subject", "text").first() if organisation else None
    return Words(*own) if own else shipped(kind)


def shipped(kind: MailKind) -> Words:
    """Return the words that Parley comes with. The first line is the subject."""
    said = render_to_string(f"mail/{kind.value}.txt").strip()
    subject, _, text = said.partition("\n")
    return Words(subject.strip(), text.strip())


def fill(
    words: Words,
    *,
    kind: MailKind,
    organisation: Organisation | None,
    values: Mapping[str, str],
) -> Written:
    """Return the mail that these words make with these values."""
    names = _names(kind, organisation, values)
    others = {name: values.get(name, "") for name in wording.WORDINGS[kind].others}
    reply_to = organisation.reply_to_email if organisation else ""
    known = {**others, **names, wording.REPLY_TO: reply_to}
    how = wording.how_to_answer(kind, reply_to=reply_to, link=others.get("link", ""))
    subject = placeholders.filled(placeholders.closed(words.subject, names), names)
    paragraphs = list(_paragraphs(words.text, how, names, known))
    text = "\n\n".join(placeholders.filled(each, known) for each in paragraphs)
    context = {
        "subject": one_line(subject),
        "organisation": names[wording.ORGANISATION],
        "parts": [part for each in paragraphs for part in _parts(each, known)],
        "link": others.get(wording.LINK, ""),
        "label": wording.WORDINGS[kind].label,
    }
    html = render_to_string("mail/letter.html", context)
    return Written(one_line(subject), f"{text.strip()}\n", html)


def preview(kind: MailKind, words: Words, organisation: Organisation | None) -> Written:
    """Return the mail as somebody would get it, with sample values."""
    values = wording.samples()
    return fill(words, kind=kind, organisation=organisation, values=values)


def _names(
    kind: MailKind, organisation: Organisation | None, values: Mapping[str, str]
) -> dict[str, str]:
    """Return what may stand inside a line: names on one line each."""
    own = organisation.name if organisation else "Parley"
    given = {**values, wording.ORGANISATION: own}
    return {
        name: one_line(given.get(name, "")) for name in wording.WORDINGS[kind].names
    }


def _paragraphs(
    text: str, how: str, names: Mapping[str, str], known: Mapping[str, str]
) -> Iterator[str]:
    """Yield the paragraphs, not filled in yet, without those about what there is not,
    and without holes where a name is missing."""
    said = placeholders.filled(text, {wording.HOW_TO_ANSWER: how})
    missing = {name for name in wording.OPTIONAL if not known.get(name)}
    for paragraph in EMPTY_LINES.split(said.replace("\r\n", "\n")):
        if missing & placeholders.used(paragraph):
            continue
        closed = placeholders.closed(paragraph, names).strip()
        if closed:
            yield closed


def _parts(paragraph: str, known: Mapping[str, str]) -> Iterator[Part]:
    """Yield a paragraph as the HTML part has it: what people wrote, and a link that
    stands alone, are paragraphs of their own."""
    lines: list[str] = []
    for line in paragraph.splitlines():
        name = _alone(line)
        if not name:
            lines.append(line)
            continue
        if lines:
            yield Part("", list(_pieces("\n".join(lines), known)))
        yield Part(name, [Piece(known.get(name, ""), is_link=False)])
        lines = []
    if lines:
        yield Part("", list(_pieces("\n".join(lines), known)))


def _alone(line: str) -> str:
    """Return the name of the placeholder that is all of the line, where it is one that
    gets a paragraph of its own."""
    for name, piece in placeholders.pieces(line.strip()):
        is_own = name in (*wording.BLOCKS, wording.LINK)
        if is_own and piece == line.strip():
            return name
    return ""


def _pieces(text: str, known: Mapping[str, str]) -> Iterator[Piece]:
    for name, piece in placeholders.pieces(text):
        yield Piece(known.get(name, piece), is_link=name == wording.LINK)
