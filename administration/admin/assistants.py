"""Administration of virtual assistants."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from administration.admin import skill_words
from administration.admin.assistant_figures import WithFigures
from administration.admin.base import changed_by
from administration.admin.fields import LinesField, RemoveField, SecretField
from administration.admin.forms import SettingForm
from administration.admin.parts import Completed, rows_of
from administration.admin.scope import OfSettings, PartFormSet
from administration.admin.skill_words import SkillWordsField
from core import clock
from core.wording import shown
from queues.models import Assistant, AssistantKind, Intent
from queues.services import assistants

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpRequest

    from queues.models import Ask


class IntentForm(forms.ModelForm[Any]):
    phrases = LinesField(
        help_text=_(
            "What customers write, one phrase per line. Its words in this order, "
            "anywhere in the message; case, accents and punctuation do not "
            "matter."
        ),
    )
    buttons = LinesField(
        required=False,
        help_text=_(
            "Short answers to choose from below the reply, one per line, at most "
            "10 of 80 characters. A click says the button's text."
        ),
    )
    asked_skills = SkillWordsField(
        label=_("Asks agents for"),
        help_text=_(
            "Where it hands over: skills with the lowest level that will do, and "
            "the seconds of waiting after which it is lowered by one, such as "
            "German:3/30; Billing:2."
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.instance._state.adding:
            rows = self.instance.asked_skills.all()
            self.initial["asked_skills"] = skill_words.in_words(rows)

    def clean_asked_skills(self) -> list[Ask]:
        # The assistant as it will be: a new one is not stored yet.
        field: Any = self.fields["assistant"]
        own = field.parent_instance.organisation_id
        said = self.cleaned_data["asked_skills"]
        return skill_words.asks(said, organisation_id=own)


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
                    "asked_skills",
                )
            },
        ),
    )
    autocomplete_fields = ("queue",)
    extra = 0

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).prefetch_related("asked_skills__skill")


class AssistantForm(SettingForm):
    webhook_secret = SecretField(
        label=_("Webhook secret"),
        help_text=_(
            "Signs what is sent there (HMAC-SHA256), to prove the sender. It is "
            "never shown; empty: stays as it is."
        ),
    )
    remove_webhook_secret = RemoveField(
        "webhook_secret", label=_("Remove webhook secret")
    )
    api_key = SecretField(
        label=_("Key"),
        max_length=500,
        help_text=_(
            "Sent there as a bearer token. It is never shown; empty: stays as it "
            "is, or none is needed."
        ),
    )
    remove_api_key = RemoveField(
        "api_key",
        label=_("Remove key"),
        help_text=_("Ticked: the key goes when you save."),
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
            _("Webhook"),
            {
                "description": _(
                    "The address must be a public one; the operator allows others with "
                    "PARLEY_WEBHOOK_ALLOW_NETWORKS. No answer within 5 seconds counts "
                    "as a miss; after 5 failures in a row people take over for 30 "
                    "seconds."
                ),
                "fields": ("webhook_url", "webhook_secret", "remove_webhook_secret"),
                "classes": ("kind-webhook",),
            },
        ),
        (
            _("Language model"),
            {
                "description": _(
                    "It answers from your published articles alone, and names them; "
                    "where it cannot, people take over. The server's address must be a "
                    "public one; the operator allows others with "
                    "PARLEY_WEBHOOK_ALLOW_NETWORKS."
                ),
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
            context["failures"] = [
                {"at": each.at, "words": shown(each.words)}
                for each in breaker.failures()
            ]
            context["pauses_until"] = breaker.pauses_until(clock.now())
        return super().render_change_form(request, context, *args, **kwargs)

    def store(self, request: HttpRequest, form: Any, parts: list[Any]) -> None:
        assistants.save(
            form.instance, changed=changed_by(form), intents=_intents(parts)
        )


def _intents(parts: list[Any]) -> list[Intent] | None:
    """Return the intents that a page's parts say, in its order; None: as they were."""
    rows = rows_of(parts)
    if rows is None:
        return None
    return [_intent(row) for row in sorted(rows, key=lambda row: row["position"])]


def _intent(values: dict[str, Any]) -> Intent:
    intent = Intent(**{name: values[name] for name in Intent.settings()})
    intent.asks = values["asked_skills"]
    return intent
