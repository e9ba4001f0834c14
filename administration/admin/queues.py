"""Administration of queues and assistants."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin

from administration.admin.assistant_figures import WithFigures
from administration.admin.base import SettingAdmin, changed_by
from administration.admin.fields import LinesField, RemoveField, SecretField
from administration.admin.forms import SettingForm
from administration.admin.scope import OfSettings, OwnFilter, PartFormSet
from administration.services import changes
from core import clock
from queues.models import (
    Assistant,
    AssistantKind,
    DistributionGroup,
    Intent,
    Queue,
)
from queues.services import assistants, queues

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.db.models import QuerySet
    from django.http import HttpRequest


class Completed:
    """Names the fields that are completed while typing, which no label reaches."""

    class Media:
        js = ("js/administration/completed_fields.js",)


class DistributionInline(Completed, OfSettings, admin.TabularInline[Any, Any]):
    model = DistributionGroup
    formset = PartFormSet
    path_to_organisation = "queue__organisation"
    autocomplete_fields = ("team",)
    template = "admin/queues/_parts.html"
    verbose_name = "team that serves this queue"
    verbose_name_plural = "served by"

    def get_extra(self, request: HttpRequest, obj: Any = None, **options: Any) -> int:
        return 0 if obj else 1


@admin.register(Queue)
class QueueAdmin(SettingAdmin):
    list_display = ("name", "served_by", "priority", "is_active")
    list_filter = ("is_active", ("teams", OwnFilter))
    search_fields = ("folded",)
    inlines = (DistributionInline,)
    fieldsets = (
        (None, {"fields": ("name", "description", "is_active")}),
        ("When it is open", {"fields": ("hours", "at_closing")}),
        (
            "Waiting",
            {
                "fields": (
                    "priority",
                    "service_level_threshold",
                    "first_response_threshold",
                    "max_waiting",
                    "max_time_in_queue",
                    "overflow_queue",
                )
            },
        ),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).prefetch_related("teams")

    def store(self, request: HttpRequest, form: Any, parts: list[Any]) -> None:
        distribution = [
            queues.Group(values["team"], values["after_seconds"])
            for values in _rows(parts)
        ]
        changes.save_queue(
            form.instance, changed=changed_by(form), distribution=distribution
        )

    def remove(self, request: HttpRequest, row: Any) -> None:
        queues.delete(row)

    @admin.display(description="Served by", empty_value="Nobody")
    def served_by(self, queue: Any) -> str | None:
        return ", ".join(team.name for team in queue.teams.all()) or None


class IntentForm(forms.ModelForm[Any]):
    phrases = LinesField(
        help_text="What customers write, one phrase per line. Its words in this order, "
        "anywhere in the message; case, accents and punctuation do not matter.",
    )
    buttons = LinesField(
        required=False,
        help_text="Short answers to choose from below the reply, one per line, at most "
        "10 of 80 characters. A click says the button's text.",
    )


class IntentInline(Completed, OfSettings, admin.StackedInline[Any, Any]):
    model = Intent
    form = IntentForm
    formset = PartFormSet
    path_to_organisation = "assistant__organisation"
    classes = ("kind-scripted",)
    fieldsets = (
        (
            None,
            {
                "fields": (
                    ("name", "position"),
                    "phrases",
                    "reply",
                    "buttons",
                    ("action", "queue"),
                )
            },
        ),
    )
    autocomplete_fields = ("queue",)
    extra = 0


class AssistantForm(SettingForm):
    webhook_secret = SecretField(
        help_text="Signs what is sent there (HMAC-SHA256), to prove the sender. It is "
        "never shown; empty: stays as it is.",
    )
    remove_webhook_secret = RemoveField("webhook_secret")
    api_key = SecretField(
        label="Key",
        max_length=500,
        help_text="Sent there as a bearer token. It is never shown; empty: stays as "
        "it is, or none is needed.",
    )
    remove_api_key = RemoveField(
        "api_key", label="Remove key", help_text="Ticked: the key goes when you save."
    )


@admin.register(Assistant)
class AssistantAdmin(WithFigures):
    form = AssistantForm
    list_display = ("name", "kind", "max_misses")
    list_filter = ("kind",)
    search_fields = ("folded",)
    inlines = (IntentInline,)
    change_form_template = "admin/queues/assistant/change_form.html"
    fieldsets = (
        (None, {"fields": ("name", "kind", "greeting", "fallback", "max_misses")}),
        (
            "Webhook",
            {
                "description": "The address must be a public one; the operator allows "
                "others with PARLEY_WEBHOOK_ALLOW_NETWORKS. No answer within 5 seconds "
                "counts as a miss; after 5 failures in a row people take over for 30 "
                "seconds.",
                "fields": ("webhook_url", "webhook_secret", "remove_webhook_secret"),
                "classes": ("kind-webhook",),
            },
        ),
        (
            "Language model",
            {
                "description": "It answers from your published articles alone, and "
                "names them; where it cannot, people take over. The server's address "
                "must be a public one; the operator allows others with "
                "PARLEY_WEBHOOK_ALLOW_NETWORKS.",
                "fields": (
                    "base_url",
                    "model",
                    "api_key",
                    "remove_api_key",
                    "instructions",
                    "max_replies",
                    "daily_requests",
                ),
                "classes": ("kind-llm",),
            },
        ),
    )

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> Any:
        robot = kwargs["obj"]
        is_webhook = robot is not None and robot.kind == AssistantKind.WEBHOOK
        # The superuser has no organisation, and no REST.
        own = getattr(request.user, "organisation_id", None)
        can_be_tried = robot is not None and not is_webhook and own is not None
        context["can_be_tried"] = can_be_tried
        if robot is not None and robot.asks_a_server:
            breaker = assistants.breaker_of(robot)
            context["asks_a_server"] = True
            context["failures"] = breaker.failures()
            context["pauses_until"] = breaker.pauses_until(clock.now())
        return super().render_change_form(request, context, *args, **kwargs)

    def store(self, request: HttpRequest, form: Any, parts: list[Any]) -> None:
        rows = sorted(_rows(parts), key=lambda values: values["position"])
        assistants.save(
            form.instance,
            changed=changed_by(form),
            intents=[_intent(values) for values in rows],
        )


def _rows(formsets: list[Any]) -> Iterator[dict[str, Any]]:
    """Yield the values of the rows that stay."""
    for formset in formsets:
        gone = formset.deleted_forms
        for form in formset.forms:
            if form not in gone and (form.has_changed() or form.instance.pk):
                yield form.cleaned_data


def _intent(values: dict[str, Any]) -> Intent:
    return Intent(**{name: values[name] for name in Intent.settings()})
