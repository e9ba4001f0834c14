"""Administration of the tokens of programs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from administration.admin.base import SettingAdmin
from administration.admin.fields import ChecksField
from administration.admin.forms import SettingForm
from administration.admin.scope import OwnFilter, moment
from agents.models import AccessToken, Scope
from agents.services import api_tokens, tokens
from core import clock

if TYPE_CHECKING:
    from collections.abc import Collection

SCOPES = {
    Scope.READ: _("Read: see what the person sees"),
    Scope.CONVERSE: _("Converse: serve contacts, change the person's state"),
    Scope.CONFIGURE: _("Configure: change settings"),
}


class TokenForm(SettingForm):
    name = forms.CharField(max_length=100, help_text=_("What the token is for."))
    scopes = ChecksField(
        choices=[(scope.value, sentence) for scope, sentence in SCOPES.items()],
        help_text=_("What programs may do with it, within what the person may do."),
    )

    def _begin(self) -> None:
        """Nothing: a token belongs to its person's organisation."""
        self.initial["scopes"] = [Scope.READ]
        self.initial["expires_at"] = clock.now() + api_tokens.LIFETIME

    def check(self, exclude: Collection[str]) -> None:
        if not exclude:
            token = self.instance
            api_tokens.check(
                agent=token.agent, expires_at=token.expires_at, now=clock.now()
            )


@admin.register(AccessToken)
class TokenAdmin(SettingAdmin):
    """Tokens that administrators made: to make, to see, to revoke; not to change."""

    path_to_organisation = "agent__organisation"
    form = TokenForm
    list_display = ("name", "agent", "scope_names", "used", "until", "created_by")
    list_filter = (("agent", OwnFilter),)
    list_select_related = ("agent", "created_by")
    search_fields = ("folded",)
    ordering = ("name", "pk")
    fields = ("name", "agent", "scopes", "expires_at")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        # Those of sign-ins are their people's own.
        rows: QuerySet[Any] = super().get_queryset(request).exclude(name="")
        return rows

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def organisation_of(self, row: Any) -> int | None:
        found: int | None = row.agent.organisation_id if row.agent_id else None
        return found

    def store(self, request: HttpRequest, form: Any, parts: list[Any]) -> None:
        given = form.cleaned_data
        token, secret = api_tokens.create(
            agent=given["agent"],
            name=given["name"],
            scopes=given["scopes"],
            expires_at=given["expires_at"],
            by=form.acting,
            now=clock.now(),
        )
        form.instance.pk, form.secret = token.pk, secret

    def remove(self, request: HttpRequest, row: Any) -> None:
        tokens.revoke(row)

    def construct_change_message(
        self, request: HttpRequest, form: Any, formsets: Any, add: bool = False
    ) -> Any:
        request.secret = form.secret  # type: ignore[attr-defined]
        return super().construct_change_message(request, form, formsets, add)

    def response_add(
        self, request: HttpRequest, obj: Any, post_url_continue: str | None = None
    ) -> HttpResponse:
        """Show the secret, this once."""
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": gettext("API token"),
            "token": obj,
            "secret": request.secret,  # type: ignore[attr-defined]
        }
        return TemplateResponse(request, "admin/agents/accesstoken/made.html", context)

    @admin.display(description=pgettext_lazy("of a token", "May"))
    def scope_names(self, token: Any) -> str:
        return ", ".join(token.scopes)

    @admin.display(description=_("Last used"), ordering="last_used_at")
    def used(self, token: Any) -> str:
        return moment(token.last_used_at) if token.last_used_at else "never"

    @admin.display(description=_("Until"), ordering="expires_at")
    def until(self, token: Any) -> str:
        return moment(token.expires_at)
