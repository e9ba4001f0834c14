"""Administration of customers: to read, with their contacts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from administration.admin.base import RecordAdmin
from administration.admin.scope import moment, own_organisation
from contacts.models import Customer
from contacts.queries.searching import of_customers

if TYPE_CHECKING:
    from django.db.models import Q
    from django.http import HttpRequest

CONTACTS_SHOWN = 200


@admin.register(Customer)
class CustomerAdmin(RecordAdmin):
    list_display = ("label", "email", "phone", "is_verified", "created")
    search_fields = ("folded",)
    date_hierarchy = "created_at"
    fields = ("label", "email", "phone", "attributes", "is_verified", "created_at")
    change_form_template = "admin/contacts/customer/change_form.html"

    def searched(self, request: HttpRequest, asked: str) -> Q:
        return of_customers(asked, organisation_id=own_organisation(request))

    @admin.display(description=_("Name"), ordering="name")
    def label(self, customer: Any) -> str:
        name: str = customer.label
        return name

    @admin.display(description=_("Since"), ordering="created_at")
    def created(self, customer: Any) -> str:
        return moment(customer.created_at)

    @admin.display(description=_("Signed in on the company's site"), boolean=True)
    def is_verified(self, customer: Any) -> bool:
        return bool(customer.is_verified)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> Any:
        contacts = kwargs["obj"].contacts.select_related("queue")
        context["contacts"] = contacts[:CONTACTS_SHOWN]
        return super().render_change_form(request, context, *args, **kwargs)
