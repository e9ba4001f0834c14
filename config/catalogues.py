"""What the code says and the catalogues in locale/ that say it in other languages.

Only `bin/messages` and the tests come here.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from functools import cache
from io import BytesIO
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import read_mo, write_mo
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.utils.translation.template import templatize

if TYPE_CHECKING:
    from collections.abc import Iterator

    from babel.messages.catalog import Message

# The words of the code itself; all others stand in the catalogues.
SOURCE = "en"
FOLDERS = (
    *("administration", "agents", "assistants", "config", "contacts", "core"),
    *("queues", "reports", "screening", "supervision", "wrapup"),
)
KEYWORDS: dict[str, Any] = {
    **dict.fromkeys(("_", "gettext", "gettext_lazy", "gettext_noop")),
    **dict.fromkeys(("ngettext", "ngettext_lazy"), (1, 2)),
    **dict.fromkeys(("pgettext", "pgettext_lazy"), ((1, "c"), 2)),
    **dict.fromkeys(("npgettext", "npgettext_lazy"), ((1, "c"), 2, 3)),
}
# Named ones of Python's %, and those that scripts fill in.
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|\{[\w.]+\}")
# What a catalogue says of itself and changes at every run.
FLEETING = re.compile(
    r'^"(POT-Creation-Date|PO-Revision-Date|Last-Translator|Language-Team'
    r"|Generated-By|Report-Msgid-Bugs-To|Project-Id-Version): .*\n",
    re.MULTILINE,
)
NUMBER = {"%(count)s", "%(count)d", "{count}"}
SOME_DAY = datetime(2026, 1, 1, tzinfo=UTC)


def languages() -> list[str]:
    """Return the languages that have a catalogue."""
    return [code for code, _ in settings.LANGUAGES if code != SOURCE]


def path_of(language: str) -> Path:
    return Path(settings.LOCALE_PATHS[0]) / language / "LC_MESSAGES" / "django.po"


@cache
def said() -> Catalog:
    """Return what all code and all templates say, as it is when first asked for."""
    catalog = Catalog()
    for name, found in chain(_in_code(), _in_templates()):
        for _, text, comments, context in found:
            catalog.add(text, locations=[(name, 1)], context=context)
            _note(catalog.get(_id(text), context), comments)
    return catalog


def _id(text: Any) -> str:
    return str(text if isinstance(text, str) else text[0])


def _note(message: Message | None, comments: list[str]) -> None:
    if message is not None:
        new = [each for each in comments if each not in message.auto_comments]
        message.auto_comments.extend(new)


def _in_code() -> Iterator[tuple[str, Any]]:
    for path in chain.from_iterable(_files(folder, "*.py") for folder in FOLDERS):
        if "migrations" not in path.parts:
            yield _name(path), _extracted(path.read_bytes())


def _in_templates() -> Iterator[tuple[str, Any]]:
    for path in chain(_files("templates", "*.html"), _files("templates", "*.txt")):
        code = templatize(path.read_text(), origin=str(path))
        # Python reads it, to which spaces at the beginning of a line mean something.
        lines = [line.lstrip() for line in code.split("\n")]
        yield _name(path), _extracted("\n".join(lines).encode())


def _extracted(code: bytes) -> list[Any]:
    found = extract("python", BytesIO(code), KEYWORDS, comment_tags=["Translators:"])
    return list(found)


def _files(folder: str, pattern: str) -> list[Path]:
    return sorted((settings.BASE_DIR / folder).rglob(pattern))


def _name(path: Path) -> str:
    return str(path.relative_to(settings.BASE_DIR))


def read(language: str) -> Catalog:
    """Return the catalogue of a language; an empty one where there is none."""
    path = path_of(language)
    if not path.exists():
        return Catalog(locale=language, creation_date=SOME_DAY, revision_date=SOME_DAY)
    with path.open("rb") as file:
        return read_po(file, locale=language)


def update(language: str, new: Catalog) -> None:
    """Take new texts into the catalogue, and out those that nothing says any more."""
    catalog = read(language)
    catalog.update(new, no_fuzzy_matching=True)
    catalog.fuzzy = False
    written = BytesIO()
    write_po(
        written,
        catalog,
        width=88,
        sort_by_file=True,
        ignore_obsolete=True,
        include_lineno=False,
    )
    text = FLEETING.sub("", written.getvalue().decode())
    path_of(language).parent.mkdir(parents=True, exist_ok=True)
    # The head that Babel writes is about Babel; the licence of the project holds here.
    path_of(language).write_text(text[text.index("msgid") :])
    compile_(language)


def compile_(language: str) -> None:
    """Write what Django reads."""
    catalog = read(language)
    catalog.creation_date = catalog.revision_date = SOME_DAY
    with path_of(language).with_suffix(".mo").open("wb") as file:
        write_mo(file, catalog)


def mistakes(language: str, new: Catalog) -> Iterator[str]:
    """Yield a sentence for each text that is missing, stale, fuzzy or not whole."""
    catalog = read(language)
    known, wanted = _texts(catalog), _texts(new)
    for key in wanted.keys() - known.keys():
        yield f"{language} misses: {key[1]}"
    for key in known.keys() - wanted.keys():
        yield f"{language} says what nothing says any more: {key[1]}"
    for key in known.keys() & wanted.keys():
        for fault in _faults(known[key], wanted[key], catalog.num_plurals):
            yield f"{language} {fault}: {key[1]}"
    if _texts_in_mo(language) != _strings(catalog):
        yield f"{language} is compiled from another catalogue: run bin/messages"


def _texts(catalog: Catalog) -> dict[tuple[str, str], Message]:
    return {(m.context or "", _id(m.id)): m for m in catalog if m.id}


def _faults(message: Message, wanted: Message, plurals: int) -> Iterator[str]:
    strings = _strings_of(message)
    number = 1 if isinstance(message.id, str) else plurals
    if message.fuzzy:
        yield "is not sure of"
    if isinstance(message.id, str) != isinstance(wanted.id, str):
        yield "counts, or does not count, unlike the code"
    elif len(strings) != number or not all(strings):
        yield "does not translate"
    elif not all(_fits(string, message) for string in strings):
        yield "has other placeholders"


def _strings_of(message: Message) -> tuple[str, ...]:
    strings = message.string or ()
    return (strings,) if isinstance(strings, str) else tuple(strings)


def _is_translated(message: Message) -> bool:
    strings = _strings_of(message)
    return bool(strings) and all(strings)


def _fits(string: str, message: Message) -> bool:
    """Whether the placeholders are those of the text. Forms of what is counted may do
    without the number."""
    ids = [message.id] if isinstance(message.id, str) else [*message.id]
    allowed = [set(PLACEHOLDER.findall(text)) for text in ids]
    own = set(PLACEHOLDER.findall(string))
    if isinstance(message.id, str):
        return own in allowed
    return own <= set.union(*allowed) and set.intersection(*allowed) - own <= NUMBER


def _strings(catalog: Catalog) -> dict[tuple[str, str], tuple[str, ...]]:
    whole = (
        (key, message)
        for key, message in _texts(catalog).items()
        if _is_translated(message) and not message.fuzzy
    )
    return {key: _strings_of(message) for key, message in whole}


def _texts_in_mo(language: str) -> dict[tuple[str, str], tuple[str, ...]]:
    path = path_of(language).with_suffix(".mo")
    if not path.exists():
        return {}
    with path.open("rb") as file:
        return _strings(read_mo(file))
