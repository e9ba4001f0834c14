"""Every text has its words in every language, and no catalogue says anything else."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest
from babel.messages.catalog import Catalog
from django.conf import settings as real
from django.core.management import CommandError, call_command

from config import catalogues

if TYPE_CHECKING:
    from pathlib import Path

    from pytest_django import Settings

everywhere = pytest.mark.parametrize("language", catalogues.languages())
EN = """
msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"

"""


@pytest.fixture(scope="module")
def said() -> Catalog:
    return catalogues.said()


@everywhere
def test_no_entry_is_missing_stale_or_half_translated(
    said: Catalog, language: str
) -> None:
    assert sorted(catalogues.mistakes(language, said)) == []


def code() -> Catalog:
    """Return what a small program says."""
    catalog = Catalog()
    catalog.add("Hello, %(name)s")
    catalog.add(("%(count)s chat", "%(count)s chats"))
    return catalog


HELLO = 'msgid "Hello, %(name)s"\nmsgstr "Guten Tag, %(name)s"\n\n'
CHATS = (
    'msgid "%(count)s chat"\nmsgid_plural "%(count)s chats"\n'
    'msgstr[0] "Ein Chat"\nmsgstr[1] "%(count)s Chats"\n\n'
)


@pytest.mark.parametrize(
    ("entries", "mistake"),
    [
        (HELLO, "de misses: %(count)s chat"),
        (f"#, fuzzy\n{HELLO}{CHATS}", "de is not sure of: Hello, %(name)s"),
        (
            HELLO + CHATS + 'msgid "Bye"\nmsgstr "Tschüs"\n',
            "de says what nothing says any more: Bye",
        ),
        (
            HELLO.replace("Guten Tag, %(name)s", "") + CHATS,
            "de does not translate: Hello, %(name)s",
        ),
        (
            HELLO + CHATS.replace("%(count)s Chats", ""),
            "de does not translate: %(count)s chat",
        ),
        (
            HELLO.replace("Tag, %(name)s", "Tag, %(nam)s") + CHATS,
            "de has other placeholders: Hello, %(name)s",
        ),
        (
            HELLO + CHATS.replace("%(count)s Chats", "%(n)s Chats"),
            "de has other placeholders: %(count)s chat",
        ),
    ],
)
def test_what_is_not_right_is_said(
    settings: Settings, tmp_path: Path, entries: str, mistake: str
) -> None:
    settings.LOCALE_PATHS = [tmp_path]
    catalogues.path_of("de").parent.mkdir(parents=True)
    catalogues.path_of("de").write_text(EN + entries)
    catalogues.compile_("de")

    assert mistake in list(catalogues.mistakes("de", code()))

    catalogues.path_of("de").write_text(EN + HELLO + CHATS)
    assert [*catalogues.mistakes("de", code())] == [
        "de is compiled from another catalogue: run bin/messages"
    ]
    catalogues.compile_("de")
    assert not list(catalogues.mistakes("de", code()))


def test_the_command_takes_new_texts_in_and_says_what_is_missing(
    settings: Settings, tmp_path: Path
) -> None:
    settings.LOCALE_PATHS = [tmp_path]
    for language in catalogues.languages():
        kept = real.BASE_DIR / "locale" / language / "LC_MESSAGES"
        shutil.copytree(kept, catalogues.path_of(language).parent)
    whole = catalogues.path_of("de").read_text()
    call_command("messages")
    assert catalogues.path_of("de").read_text() == whole

    catalogues.path_of("de").unlink()
    with pytest.raises(CommandError, match="de misses: "):
        call_command("messages", check=True)
    assert not catalogues.path_of("de").exists()
    with pytest.raises(CommandError, match="de does not translate: "):
        call_command("messages")
    assert catalogues.path_of("de").exists()
