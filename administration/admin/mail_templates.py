"""Administration of what mails say: an organisation's own words, and how they look."""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha256
from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import urlencode

from csp.constants import SELF
from csp.decorators import csp_update
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import TextField
from django.forms import Textarea
from django.http import JsonResponse
from django.template.loader import render_to_string
from django.urls import path, reverse
from django.utils.decorators import method_decorator
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from administration.admin.base import SettingAdmin
from administration.admin.scope import own_organisation
from agents.access import agent_for_user, kinds_with_own_words
from agents.models import MailKind, MailTemplate, wording
from agents.models.mail_template import MAX_TEXT
from agents.services import letters
from agents.services.letters import Words
from core import placeholders

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse
    from django.urls import URLPattern


@admin.register(MailTemplate)
class MailTemplateAdmin(SettingAdmin):
    """One row for each mail that is not sent in Parley's words."""

    list_display = ("mail", "beginning")
    change_form_template = "admin/agents/mailtemplate/change_form.html"
    change_list_template = "admin/agents/mailtemplate/change_list.html"
    fieldsets = ((None, {"fields": ("kind", "subject", "text")}),)
    formfield_overrides: ClassVar[Any] = {
        **SettingAdmin.formfield_overrides,
        TextField: {"widget": Textarea(attrs={"rows": 16, "cols": 60})},
    }

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.preview)
        own = path("preview/", view, name="agents_mailtemplate_preview")
        return [own, *super().get_urls()]

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """Begin with Parley's words of the mail that is asked for."""
        asked = request.GET.get("kind")
        kinds = _missing(request)
        kind = MailKind(asked) if asked in wording.CHOSEN else next(iter(kinds), None)
        kind = kind or wording.CHOSEN[0]
        return {"kind": kind.value, **letters.shipped(kind)._asdict()}

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        # The preview is framed without an address of its own: this page's rules count.
        shown: Any = csp_update({"style-src": [SELF, _style()]})(
            super().changeform_view
        )
        beside = {"mails": _mails(), **(extra_context or {})}
        return shown(request, object_id, form_url, beside)

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> Any:
        page = reverse("admin:agents_mailtemplate_add")
        links = [
            (kind.label, f"{page}?{urlencode({'kind': kind.value})}")
            for kind in _missing(request)
        ]
        context = {"shipped": links, **(extra_context or {})}
        return super().changelist_view(request, context)

    @method_decorator([never_cache, require_POST])
    def preview(self, request: HttpRequest) -> HttpResponse:
        """Answer how a mail in these words looks, or what is wrong with them. Nothing
        is stored."""
        kind = request.POST.get("kind", "")
        subject, text = (request.POST.get(name, "") for name in ("subject", "text"))
        if kind not in wording.CHOSEN or len(text) > 2 * MAX_TEXT:
            raise PermissionDenied
        found = wording.mistakes(MailKind(kind), subject=subject, body=text)
        wrong = [sentence for _field, sentence in found]
        if wrong:
            return JsonResponse({"wrong": wrong}, status=400)
        own = agent_for_user(request.user).organisation
        written = letters.preview(MailKind(kind), Words(subject, text), own)
        return JsonResponse(written._asdict())

    @admin.display(description=_("Mail"), ordering="kind")
    def mail(self, row: Any) -> str:
        return str(row)

    @admin.display(description=_("Subject"), ordering="subject")
    def beginning(self, row: Any) -> str:
        return Truncator(row.subject).chars(80)


def _missing(request: HttpRequest) -> list[MailKind]:
    """Return the mails that are sent in Parley's words."""
    own = kinds_with_own_words(own_organisation(request))
    return [kind for kind in wording.CHOSEN if kind not in own]


def _mails() -> dict[str, Any]:
    """Return of every mail what Parley says, and what can be filled in."""
    return {
        kind.value: {
            **letters.shipped(kind)._asdict(),
            "names": placeholders.listed(wording.WORDINGS[kind].names),
            "known": placeholders.listed(wording.WORDINGS[kind].known),
        }
        for kind in wording.CHOSEN
    }


def _style() -> str:
    """Return the style of mails as a page's rules name it."""
    digest = sha256(render_to_string("mail/_style.css").encode()).digest()
    return f"'sha256-{b64encode(digest).decode()}'"
