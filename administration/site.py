"""The administration site: sections in the order in which one sets up a centre."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib.admin import AdminSite
from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import BadRequest, PermissionDenied
from django.shortcuts import redirect
from django.template.response import SimpleTemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from administration import dashboard
from administration.apps import SHOWN
from administration.marks import NOTHING
from agents.models import Agent
from agents.views import letting_in
from core import clock

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.http import HttpRequest, HttpResponse
    from django.urls import URLPattern, URLResolver

SECTIONS = (
    "Organisation",
    "MultimediaProfile",
    "Team",
    "Skill",
    "Agent",
    "AccessToken",
    "AuditEntry",
    "Mail",
    "MailTemplate",
    "SuppressedAddress",
    "IdleCode",
    "StateLog",
    "Hours",
    "Queue",
    "EntryPoint",
    "Assistant",
    "Article",
    "PredefinedResponse",
    "WrapUpCode",
    "Criterion",
    "Customer",
    "Contact",
    "Block",
)


OLD_PAGE = "password_change_done"


def _zone(request: HttpRequest) -> str | None:
    """Return the time zone to show times in; None: the installation's."""
    organisation = getattr(request.user, "organisation", None)
    return organisation.timezone if organisation else None


class OwnAutocomplete(AutocompleteJsonView):
    """Answers for the fields that ask, not for every relation there is."""

    def process_request(self, request: HttpRequest) -> Any:
        asked = request.GET.get
        asking = asked("app_label"), asked("model_name"), asked("field_name")
        if self.admin_site is None or asking not in _autocompletes(self.admin_site):
            raise PermissionDenied
        return super().process_request(request)


def _autocompletes(site: AdminSite) -> Iterator[tuple[str | None, ...]]:
    """Yield app, model and name of the fields that are completed while typing."""
    for registered in site._registry.values():
        for page in (registered, *registered.inlines):
            options = page.model._meta
            for field in page.autocomplete_fields:
                yield options.app_label, str(options.model_name), field


class ParleyAdminSite(AdminSite):
    site_title = "Parley"
    site_header = "Parley"
    index_title = _("Administration")
    site_url = None
    enable_nav_sidebar = True
    empty_value_display = NOTHING

    def get_urls(self) -> list[URLResolver | URLPattern]:
        # The way by content type says of foreign rows whether they exist; a changed
        # password is said by the page that changes it.
        return [
            pattern
            for pattern in super().get_urls()
            if getattr(pattern, "name", "") not in {"view_on_site", OLD_PAGE}
        ]

    @method_decorator(login_not_required)
    def login(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Send visitors to the sign-in page; refuse people who are signed in without
        the right."""
        if request.user.is_authenticated and not self.has_permission(request):
            raise PermissionDenied
        return redirect_to_login(request.GET.get("next") or reverse("admin:index"))

    @method_decorator(login_not_required)
    def logout(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> Any:
        if request.method == "POST":
            letting_in.let_out(request)
        return super().logout(request, extra_context)

    def password_change(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> Any:
        """Lead to the one page where people change their own passwords."""
        return redirect("password")

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        """Show times in the zone of the administrator's organisation."""
        inner = super().admin_view(view, cacheable)

        @wraps(inner)
        def in_own_time(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            if any(
                "\0" in value for _, values in request.GET.lists() for value in values
            ):
                # PostgreSQL knows no such character; no page of ours asks for one.
                raise BadRequest
            with timezone.override(_zone(request)):
                response = inner(request, *args, **kwargs)
                if isinstance(response, SimpleTemplateResponse):
                    response.render()
            return response

        return in_own_time

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        return {
            **super().each_context(request),
            "demo_is_open": settings.DEMO,
            "zone": timezone.get_current_timezone_name(),
        }

    def index(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> Any:
        """Show how things are, what needs attention, and all sections."""
        person, now = request.user, clock.now()
        assert isinstance(person, Agent)
        context = (
            {"platform": dashboard.of_superuser(now=now)}
            if person.is_superuser
            else {"overview": dashboard.of_administrator(person, now=now)}
        )
        return super().index(request, {**context, **(extra_context or {})})

    def autocomplete_view(self, request: HttpRequest) -> Any:
        return OwnAutocomplete.as_view(admin_site=self)(request)

    def get_app_list(
        self, request: HttpRequest, app_label: str | None = None
    ) -> list[Any]:
        apps = self._build_app_dict(request, app_label)
        for app in apps.values():
            app["models"].sort(key=lambda model: SECTIONS.index(model["object_name"]))
            for model in app["models"]:
                if model["object_name"] == "Organisation" and not model["add_url"]:
                    model["name"] = gettext("Organisation settings")
                if model["object_name"] == "AuditEntry":
                    model["name"] = gettext("Audit trail")
        return sorted(apps.values(), key=lambda app: SHOWN.index(app["app_label"]))
