"""Administration of mails: what was sent or could not be, and suppressed addresses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from administration.admin.base import RecordAdmin, SettingAdmin
from administration.admin.scope import moment
from administration.marks import NOTHING
from agents.models import Mail, SuppressedAddress
from agents.services import mails
from core.wording import shown

if TYPE_CHECKING:
    from django.http import HttpRequest


@admin.register(Mail)
class MailAdmin(RecordAdmin):
    """The envelopes of mails; of what they said nothing stays."""

    list_display = ("time", "recipient", "subject", "kind", "state", "why_not")
    list_filter = ("state", "kind")
    search_fields = ("folded",)
    ordering = ("-created_at", "-pk")
    fields = (
        ("recipient", "subject"),
        ("kind", "state"),
        ("sender_name", "reply_to"),
        ("created_at", "attempts"),
        ("next_try", "sent_at"),
        "why_not",
    )
    readonly_fields = ("next_try", "why_not")

    @admin.display(description=_("Time"), ordering="created_at")
    def time(self, mail: Any) -> str:
        return moment(mail.created_at)

    @admin.display(description=_("Next try"))
    def next_try(self, mail: Any) -> str:
        return moment(mail.next_attempt_at) if mail.state == "queued" else NOTHING

    @admin.display(description=_("Why not"), ordering="error")
    def why_not(self, mail: Any) -> str:
        return shown(mail.error) or NOTHING


@admin.register(SuppressedAddress)
class SuppressedAddressAdmin(SettingAdmin):
    """Addresses to which nothing is sent any more: to read, and to take out."""

    list_display = ("address", "why", "since")
    search_fields = ("folded",)
    fields = ("address", "why", "created_at")
    readonly_fields = ("why",)

    @admin.display(description=_("Reason"), ordering="reason")
    def why(self, row: Any) -> str:
        return shown(row.reason)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def remove(self, request: HttpRequest, row: Any) -> None:
        mails.allow(row)

    @admin.display(description=_("Since"), ordering="created_at")
    def since(self, row: Any) -> str:
        return moment(row.created_at)
