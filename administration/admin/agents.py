"""Administration of the organisation and of the people who work there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin, messages
from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from administration import attention
from administration.admin.agent_page import AgentPageForm, shown_picture
from administration.admin.base import SettingAdmin, changed_by
from administration.admin.exchange import ExchangeAdmin
from administration.admin.forms import (
    FoundingForm,
    IdleCodeForm,
    OrganisationForm,
)
from administration.admin.resources import AgentResource, IdleCodeResource
from administration.admin.scope import OwnFilter, own_organisation
from administration.admin.skills import LevelInline, levels_of
from administration.admin.test_mail import how_mail_is, test_mail
from administration.admin.try_it import try_it
from administration.services import changes, founding
from agents.access import agent_for_user
from agents.models import (
    Agent,
    IdleCode,
    MultimediaProfile,
    Organisation,
)
from agents.services import idle_codes, password_links, people, second_factors
from contacts.services import scans
from core import clock, mailing

if TYPE_CHECKING:
    from django.db.models import QuerySet


FOUNDING = (
    (None, {"fields": ("name", "slug", "timezone", "country")}),
    (
        _("The first administrator"),
        {
            "fields": (
                "administrator_name",
                "administrator_email",
                "administrator_password",
            ),
            "description": _("Who sets the organisation up, and adds everybody else."),
        },
    ),
    (
        _("Comes with it"),
        {
            "fields": (),
            "description": _(
                "A multimedia profile for three chats at once, a team, a queue that "
                "it serves, a chat page with the short name in its address, idle "
                "codes and wrap-up codes. All of it can be changed afterwards."
            ),
        },
    ),
)


FILES = _("Attachments and video")
MAIL = _("Mail")
PICTURE = _("Picture")
SUPERVISION = _("Supervision")
SUPERVISORS_MAY: Any = {
    "fields": (("may_watch", "may_whisper", "may_barge", "may_take_over"),),
    "description": _(
        "What a supervisor may do in the chats of the own teams; of no meaning for "
        "other roles. Administrators watch and whisper in all, and take no contacts."
    ),
}
SEARCHED = _("Files are searched for card numbers and for viruses.")
NOT_SEARCHED = _(
    "Files are searched for card numbers, but not for viruses: no virus "
    "scanner is set up (CLAMD_URL)."
)


@admin.register(Organisation)
class OrganisationAdmin(SettingAdmin):
    """The settings of the own organisation; only the superuser adds others."""

    path_to_organisation = "pk"
    form = OrganisationForm
    change_form_template = "admin/agents/organisation/change_form.html"
    list_display = ("name", "slug", "timezone")
    search_fields = ("folded",)
    fieldsets = (
        (
            None,
            {
                "fields": (
                    "name",
                    "slug",
                    "timezone",
                    "country",
                    "default_multimedia_profile",
                )
            },
        ),
        (
            _("Accepting contacts"),
            {"fields": ("acceptance_timeout", "blink_duration", "auto_wrapup_seconds")},
        ),
        (_("Transfers"), {"fields": ("transfer_no_answer", "transfer_keeps_place")}),
        (
            FILES,
            {
                "fields": (
                    "video_enabled",
                    "video_relay_only",
                    "attachments_enabled",
                    "attachment_max_total_bytes",
                    "attachment_unreadable",
                    "attachment_extensions",
                )
            },
        ),
        (
            _("Sensitive data"),
            {"fields": ("sensitive_data_policy", "sensitive_data_detectors")},
        ),
        (MAIL, {"fields": ("reply_to_email", "mail_unread_after_minutes")}),
        (SUPERVISION, {"fields": ("silent_monitoring_enabled",)}),
        (_("Signing in"), {"fields": ("require_second_factor",)}),
        (
            _("Out of reach"),
            {
                "fields": (
                    "agent_recovery_seconds",
                    "customer_grace_seconds",
                    "customer_inactivity_seconds",
                    "desk_inactivity_seconds",
                )
            },
        ),
    )

    def get_urls(self) -> list[URLPattern]:
        tried = self.admin_site.admin_view(self.try_it)
        mailed = self.admin_site.admin_view(self.test_mail)
        own = [
            path("try/", tried, name="agents_organisation_try"),
            path("test-mail/", mailed, name="agents_organisation_test_mail"),
        ]
        return [*own, *super().get_urls()]

    def test_mail(self, request: HttpRequest) -> HttpResponse:
        return test_mail(request, self.admin_site.each_context(request))

    def try_it(self, request: HttpRequest) -> HttpResponse:
        return try_it(request, self.admin_site.each_context(request))

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        if not obj:
            return FOUNDING
        said = {
            FILES: SEARCHED if scans.are_searched_for_viruses() else NOT_SEARCHED,
            MAIL: how_mail_is(),
        }
        return [
            (name, {**values, "description": said[name]} if name in said else values)
            for name, values in super().get_fieldsets(request, obj)
        ]

    def get_form(
        self,
        request: HttpRequest,
        obj: Any = None,
        change: bool = False,
        **options: Any,
    ) -> Any:
        options.setdefault("form", OrganisationForm if obj else FoundingForm)
        return super().get_form(request, obj, change=change, **options)

    def get_prepopulated_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return {} if obj else {"slug": ("name",)}

    def store(self, request: HttpRequest, form: Any, parts: list[Any]) -> None:
        if not form.instance._state.adding:
            changes.save_organisation(
                form.instance,
                by=form.acting,
                now=clock.now(),
                changed=changed_by(form),
            )
            return
        administrator = form.administrator()
        founding.found(
            form.instance,
            now=clock.now(),
            administrator=administrator,
            password=form.password(),
        )
        sentence = gettext("%(administrator)s can sign in now, as %(email)s.") % {
            "administrator": administrator,
            "email": administrator.email,
        }
        self.message_user(request, sentence, messages.SUCCESS)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return own_organisation(request) is None

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        context = {"title": gettext("Organisation settings"), **(extra_context or {})}
        return super().change_view(request, object_id, form_url, context)

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> Any:
        own = own_organisation(request)
        if own is None:
            return super().changelist_view(request, extra_context)
        return HttpResponseRedirect(
            reverse("admin:agents_organisation_change", args=[own])
        )


@admin.register(MultimediaProfile)
class MultimediaProfileAdmin(SettingAdmin):
    list_display = ("name", "blending_mode", "voice", "chat", "email", "social")
    list_filter = ("blending_mode",)
    search_fields = ("folded",)
    fieldsets = (
        (None, {"fields": ("name", "description", "blending_mode")}),
        (_("Contacts at once"), {"fields": (("chat", "voice", "email", "social"),)}),
        (_("In chats"), {"fields": ("attachments_enabled", "video_enabled")}),
    )

    def store(self, request: HttpRequest, form: Any, parts: list[Any]) -> None:
        changes.save_profile(form.instance, changed=changed_by(form))


class LoadFilter(admin.SimpleListFilter):
    """Who can be offered nothing more now."""

    title = _("load")
    parameter_name = "load"

    def lookups(self, request: HttpRequest, page: Any) -> list[tuple[str, str]]:
        return [("full", gettext("Available, but full"))]

    def queryset(self, request: HttpRequest, agents: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() != "full":
            return agents
        return agents.filter(pk__in=[agent.pk for agent in attention.full(agents)])


@admin.register(Agent)
class AgentAdmin(ExchangeAdmin):
    resource_classes = [AgentResource]
    form = AgentPageForm
    list_display = ("display_name", "email", "role", "team_names", "state", "is_active")
    list_filter = ("role", ("teams", OwnFilter), "state", LoadFilter, "is_active")
    search_fields = ("folded",)
    readonly_fields = ("state", "idle_code", "state_since", "shown_picture")
    actions = ("take_second_factor_away",)
    inlines = (LevelInline,)
    fieldsets = (
        (None, {"fields": ("display_name", "email", "new_password", "is_active")}),
        (_("Work"), {"fields": ("role", "teams", "multimedia_profile", "language")}),
        (SUPERVISION, SUPERVISORS_MAY),
        (PICTURE, {"fields": ("shown_picture", "picture", "remove_picture")}),
        (_("Now"), {"fields": ("state", "idle_code", "state_since")}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows: QuerySet[Any] = super().get_queryset(request)
        if own_organisation(request) is not None:
            # The platform's people are nobody's to edit, whatever they belong to.
            rows = rows.exclude(is_superuser=True)
        return rows.prefetch_related("teams")

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        fieldsets = super().get_fieldsets(request, obj)
        if mailing.has_links():
            fieldsets = [
                *fieldsets,
                (gettext("Invitation"), {"fields": ("is_invited",)}),
            ]
        return (
            fieldsets
            if obj
            else [each for each in fieldsets if each[0] != gettext("Now")]
        )

    def store(self, request: HttpRequest, form: Any, parts: list[Any]) -> None:
        password = form.cleaned_data.get("new_password") or None
        changes.save_agent(
            form.instance,
            now=clock.now(),
            changed=changed_by(form),
            teams=form.cleaned_data.get("teams"),
            password=password,
            hashed=form.hashed,
            picture=form.wanted_picture(),
            # A file has no parts, and says skills in a column or not at all.
            skills=levels_of(parts) if parts else form.cleaned_data.get("skills"),
            by=form.acting,
        )
        if form.cleaned_data.get("is_invited"):
            password_links.invite(form.instance, now=clock.now())
            sentence = gettext("An invitation is on its way to %(email)s.") % {
                "email": form.instance.email
            }
            self.message_user(request, sentence)
        if password and form.instance == request.user:
            update_session_auth_hash(request, form.instance)

    def remove(self, request: HttpRequest, row: Any) -> None:
        people.delete(row, by=agent_for_user(request.user), now=clock.now())

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_delete_permission(request, obj) and obj != request.user

    @admin.action(description=_("Take away a lost second factor"))
    def take_second_factor_away(
        self, request: HttpRequest, agents: QuerySet[Any]
    ) -> None:
        for agent in agents:
            second_factors.reset(agent)
        sentence = gettext("They sign in without a second factor, or set up a new one.")
        self.message_user(request, sentence)

    @admin.display(description=_("Customers see"))
    def shown_picture(self, agent: Any) -> str:
        return shown_picture(agent) or gettext("No picture")

    @admin.display(description=_("Teams"))
    def team_names(self, agent: Any) -> str:
        return ", ".join(team.name for team in agent.teams.all())


@admin.register(IdleCode)
class IdleCodeAdmin(ExchangeAdmin):
    resource_classes = [IdleCodeResource]
    form = IdleCodeForm
    list_display = ("name", "is_default", "is_active")
    list_filter = ("is_active",)
    search_fields = ("folded",)

    def store(self, request: HttpRequest, form: Any, parts: list[Any]) -> None:
        idle_codes.save(form.instance, changed=changed_by(form))

    def remove(self, request: HttpRequest, row: Any) -> None:
        idle_codes.delete(row)
