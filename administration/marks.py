"""The marks of yes, no and nothing in the administration, which Django names in
English, or as Python does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.safestring import SafeString

NOTHING = "–"  # noqa: RUF001 - as in lists; pages would say None
ICONS = {
    True: ("yes", _("Yes")),
    False: ("no", _("No")),
    None: ("unknown", _("Unknown")),
}


def yes_or_no(value: bool | None) -> SafeString:
    icon, words = ICONS[value]
    address = static(f"admin/img/icon-{icon}.svg")
    return format_html('<img src="{}" alt="{}">', address, words)
