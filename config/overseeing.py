"""What is done about a contact in the administration: end it, or return it to a queue,
each with a reason, one on its page or many in the list.

It stands here, above the rooms that it brings together.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ActionForm
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.text import format_lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from administration.admin.base import RecordAdmin
from agents.models import Agent
from contacts.models import Contact
from core import clock
from core.errors import DomainError
from queues.models import Queue
from supervision.services import stuck
from supervision.services.stuck import MAX_REASON

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.db.models import QuerySet
    from django_stubs_ext import StrOrPromise


class ReasonForm(ActionForm):
    """What is done about contacts of the list, and why."""

    reason = forms.CharField(max_length=MAX_REASON, required=False)


class EndForm(forms.Form):
    """Why a chat is ended."""

    reason = forms.CharField(
        max_length=MAX_REASON,
        widget=forms.TextInput(attrs={"class": "vTextField"}),
        error_messages={"required": _("Give a reason.")},
        help_text=format_lazy(
            _(
                "At most {number} characters; it stays on record with your name. The "
                "customer does not see it."
            ),
            number=MAX_REASON,
        ),
    )

    def __init__(self, *args: Any, contact: Contact, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)

    def given(self) -> dict[str, Any]:
        """Return what the command is told besides."""
        return {"reason": self.cleaned_data["reason"]}


class ReturnForm(EndForm):
    """Why a contact is returned, and to which queue."""

    queue = forms.ModelChoiceField(
        Queue.objects.none(),
        empty_label=None,
        help_text=_("It keeps its place in the line."),
    )
    field_order = ("queue", "reason")

    def __init__(self, *args: Any, contact: Contact, **kwargs: Any) -> None:
        super().__init__(*args, contact=contact, **kwargs)
        queues = Queue.objects.filter(
            organisation=contact.organisation_id, is_active=True
        )
        field = self.fields["queue"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = queues
        field.initial = contact.queue_id

    def given(self) -> dict[str, Any]:
        return {**super().given(), "queue_id": self.cleaned_data["queue"].pk}


@dataclass(frozen=True)
class Deed:
    """Something done about one contact: its words, and the service that does it."""

    name: str
    title: StrOrPromise
    means: StrOrPromise
    done: StrOrPromise
    form: type[EndForm]
    command: Callable[..., Contact]
    is_final: bool = False


CLOSE = Deed(
    "close",
    _("End this chat"),
    _(
        "The chat ends for the customer and for every agent who is in it. It "
        "cannot be opened again."
    ),
    _("The chat has ended."),
    EndForm,
    stuck.close,
    is_final=True,
)
REQUEUE = Deed(
    "requeue",
    _("Return to queue"),
    _("Agents who are in the chat leave it, and it waits for the next one."),
    _("The chat waits in the queue."),
    ReturnForm,
    stuck.requeue,
)


class OverseenAdmin(RecordAdmin):
    """The two deeds, on a page of their own and as actions of the list."""

    action_form = ReasonForm
    actions = ("requeue", "close")

    def get_urls(self) -> list[URLPattern]:
        def close(request: HttpRequest, object_id: Any) -> HttpResponse:
            return self._page_of(CLOSE, request, object_id)

        def requeue(request: HttpRequest, object_id: Any) -> HttpResponse:
            return self._page_of(REQUEUE, request, object_id)

        own = [
            path(
                f"<uuid:object_id>/{name}/",
                self.admin_site.admin_view(view),
                name=f"contacts_contact_{name}",
            )
            for name, view in (("close", close), ("requeue", requeue))
        ]
        return [*own, *super().get_urls()]

    def _page_of(
        self, deed: Deed, request: HttpRequest, contact_id: Any
    ) -> HttpResponse:
        """Ask for the reason; then do it, and say what became of it."""
        contact = self.get_object(request, str(contact_id))
        if contact is None:
            raise Http404
        if not self.has_view_permission(request, contact):
            raise PermissionDenied
        back = reverse("admin:contacts_contact_change", args=[contact.pk])
        form = deed.form(request.POST or None, contact=contact)
        if form.is_valid():
            self._do(request, contact, deed.command, form.given(), done=deed.done)
            return HttpResponseRedirect(back)
        if contact.is_ended:
            self.message_user(
                request, gettext("This chat has ended."), messages.WARNING
            )
            return HttpResponseRedirect(back)
        context = {
            **self.admin_site.each_context(request),
            "title": deed.title,
            "opts": self.opts,
            "contact": contact,
            "deed": deed,
            "form": form,
            "back": back,
        }
        return TemplateResponse(request, "admin/contacts/contact/deed.html", context)

    @admin.action(description=_("Return to queue"))
    def requeue(self, request: HttpRequest, contacts: QuerySet[Any]) -> None:
        self._do_with_all(request, contacts, REQUEUE)

    @admin.action(description=_("End these chats"))
    def close(self, request: HttpRequest, contacts: QuerySet[Any]) -> None:
        self._do_with_all(request, contacts, CLOSE)

    def _do_with_all(
        self, request: HttpRequest, contacts: QuerySet[Any], deed: Deed
    ) -> None:
        reason = request.POST.get("reason", "").strip()[:MAX_REASON]
        if not reason:
            self.message_user(
                request, gettext("Give the reason first."), messages.ERROR
            )
            return
        for contact in contacts:
            self._do(
                request,
                contact,
                deed.command,
                {"reason": reason},
                done=f"{contact}: {deed.done}",
            )

    def _do(
        self,
        request: HttpRequest,
        contact: Contact,
        command: Callable[..., Contact],
        given: dict[str, Any],
        *,
        done: StrOrPromise,
    ) -> None:
        actor = request.user
        assert isinstance(actor, Agent)
        try:
            command(contact_id=contact.pk, actor=actor, now=clock.now(), **given)
        except DomainError as error:
            sentence = f"{contact}: {error.detail}"
            self.message_user(request, sentence, messages.WARNING)
        else:
            self.message_user(request, done, messages.SUCCESS)
