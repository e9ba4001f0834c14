"""How an assistant does, and what it did not understand: each miss becomes a phrase of
an intent or an article, or is put aside (D27)."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.translation import gettext

from administration.admin.base import SettingAdmin
from administration.services import learning
from contacts import queries
from contacts.access import own_miss
from contacts.services import assisting
from core import clock
from core.errors import DomainError, WrongState
from queues.access import intent_of
from queues.models import AssistantKind

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse
    from django.urls import URLPattern

    from queues.models import Assistant

DAYS = 30
PER_PAGE = 25
PHRASE, ASIDE = "phrase", "aside"


class MissForm(forms.Form):
    """What becomes of a miss; an intent where it becomes a phrase."""

    miss = forms.IntegerField(min_value=1)
    becomes = forms.ChoiceField(choices=[(PHRASE, PHRASE), (ASIDE, ASIDE)])
    intent = forms.IntegerField(required=False)


def shown(
    request: HttpRequest, assistant: Assistant, context: dict[str, Any]
) -> HttpResponse:
    """Show the figures and misses of the last 30 days."""
    since = clock.now() - timedelta(days=DAYS)
    misses = queries.open_misses(assistant.pk, since=since)
    page = Paginator(misses, PER_PAGE).get_page(request.GET.get("page"))
    is_scripted = assistant.kind == AssistantKind.SCRIPTED
    context |= {
        "original": assistant,
        "title": gettext("Figures of %(assistant)s") % {"assistant": assistant},
        "days": DAYS,
        "figures": queries.figures_of(assistant.pk, since=since),
        "page": page,
        "misses": queries.in_words(list(page.object_list)),
        "intents": list(assistant.intents.all()) if is_scripted else [],
    }
    return TemplateResponse(request, "admin/queues/assistant/figures.html", context)


def settled(request: HttpRequest, assistant: Assistant) -> str:
    """Do with a miss what was chosen. Return what was done. Raise the refusal."""
    form = MissForm(request.POST)
    if not form.is_valid():
        raise Http404
    miss = own_miss(assistant.organisation_id, form.cleaned_data["miss"])
    if miss is None or miss.contact.assistant_id != assistant.pk:
        raise Http404
    if form.cleaned_data["becomes"] == ASIDE:
        assisting.settle(miss, now=clock.now())
        return gettext("Put aside.")
    intent = intent_of(assistant, form.cleaned_data["intent"])
    if intent is None:
        # Every change of an assistant makes its intents anew.
        raise WrongState(gettext("The intents have changed since. Choose one again."))
    phrase = learning.learn(miss, intent=intent, now=clock.now())
    return gettext("“%(intent)s” understands “%(phrase)s” now.") % {
        "intent": intent,
        "phrase": phrase,
    }


class WithFigures(SettingAdmin):
    """Pages of assistants, with one of figures beside each form."""

    def get_urls(self) -> list[URLPattern]:
        page = path(
            "<int:object_id>/figures/",
            self.admin_site.admin_view(self.figures_view),
            name="queues_assistant_figures",
        )
        return [page, *super().get_urls()]

    def figures_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Show how an assistant does; or see to a miss."""
        assistant = self.get_object(request, str(object_id))
        if assistant is None:
            raise Http404
        if not self.has_change_permission(request, assistant):
            raise PermissionDenied
        if request.method != "POST":
            context = {**self.admin_site.each_context(request), "opts": self.opts}
            return shown(request, assistant, context)
        try:
            self.message_user(request, settled(request, assistant), messages.SUCCESS)
        except DomainError as refusal:
            self.message_user(request, refusal.detail, messages.ERROR)
        return HttpResponseRedirect(request.get_full_path())
