"""What the widget says: it is one script, the same for everybody, in all languages."""

from __future__ import annotations

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext, ngettext

from core import languages


def words() -> dict[str, dict[str, str]]:
    """Return the words of every language by their keys."""
    found = {}
    for language, _ in settings.LANGUAGES:
        with translation.override(language):
            found[language] = _words()
    return found


def _words() -> dict[str, str]:
    return {
        "chat": gettext("Chat"),
        "close": gettext("Close chat"),
        "window": gettext("Open the chat in a window of its own"),
        "trouble": gettext("The chat cannot be shown here."),
        **{f"unread-{number}": _unread(number) for number in languages.STANDING},
    }


def _unread(count: int) -> str:
    return ngettext("1 unread message", "{count} unread messages", count)
