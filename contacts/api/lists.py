"""REST: lists of contacts, and contacts of other channels."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema, extend_schema_field, extend_schema_view
from rest_framework import generics, serializers, status
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response

from agents.access import agent_for_user
from agents.authentication import MayOpenContacts
from agents.models import Channel
from contacts import queries
from contacts.access import details_for_agent, list_of, shares_seen_by
from contacts.filters import ContactFilter
from contacts.models import Contact
from contacts.serializers import ContactSerializer, HistorySerializer
from contacts.services import customers, opening
from core import clock
from core.fields import AddressField
from core.strict import JsonType, StrictSerializer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.models import QuerySet


class PersonInput(StrictSerializer):
    name = serializers.CharField(max_length=100, required=False, allow_blank=True)
    email = AddressField(max_length=254, required=False, allow_blank=True)
    phone = serializers.CharField(max_length=50, required=False, allow_blank=True)


@extend_schema_field(
    {
        "oneOf": [
            {"type": "integer"},
            {
                "type": "object",
                "properties": {
                    "name": {"type": "string", "maxLength": 100},
                    "email": {"type": "string", "maxLength": 254},
                    "phone": {"type": "string", "maxLength": 50},
                },
            },
        ]
    }
)
class CustomerField(serializers.Field[Any, Any, Any, Any]):
    """The id of a customer, or {name?, email?, phone?} of a new one."""

    json_type = JsonType((int, dict), _("a number or an object"))

    def to_internal_value(self, data: Any) -> int | customers.Person:
        if isinstance(data, dict):
            form = PersonInput(data=data)
            form.is_valid(raise_exception=True)
            return customers.Person(**form.validated_data)
        return int(serializers.IntegerField(min_value=1).run_validation(data))


@extend_schema_view(
    get=extend_schema(operation_id="contacts", summary="Contacts, newest first")
)
class ContactsView(generics.ListAPIView[Contact]):
    """The contacts a person may see: agents those they had a share in, supervisors
    and administrators all of the organisation."""

    serializer_class = ContactSerializer
    filterset_class = ContactFilter
    queryset = Contact.objects.none()

    class Input(StrictSerializer):
        channel = serializers.ChoiceField(
            [Channel.VOICE.value, Channel.EMAIL.value, Channel.SOCIAL.value]
        )
        queue = serializers.IntegerField(min_value=1)
        customer = CustomerField()

    def get_permissions(self) -> Sequence[BasePermission]:
        if self.request.method == "POST":
            return [MayOpenContacts()]
        return super().get_permissions()  # type: ignore[return-value]

    def get_queryset(self) -> QuerySet[Contact]:
        if getattr(self, "swagger_fake_view", False):
            return self.queryset
        agent = agent_for_user(self.request.user)
        contacts = queries.with_shares(list_of(agent), shares_seen_by(agent))
        return contacts.order_by("-opened_at", "-pk")

    @extend_schema(
        operation_id="contact_open",
        summary="Open a contact of another channel",
        request=Input,
        responses={201: ContactSerializer},
    )
    def post(self, request: Request) -> Response:
        """Put a contact of another channel into a queue; it has no live messages."""
        agent = agent_for_user(request.user)
        form = self.Input(data=request.data)
        form.is_valid(raise_exception=True)
        assert agent.organisation_id is not None

        contact = opening.open_other(
            organisation_id=agent.organisation_id,
            channel=form.validated_data["channel"],
            queue_id=form.validated_data["queue"],
            customer=form.validated_data["customer"],
            now=clock.now(),
        )

        answer = ContactSerializer(queries.shown(contact.pk)).data
        return Response(answer, status=status.HTTP_201_CREATED)


@extend_schema_view(
    get=extend_schema(
        operation_id="contact_history", summary="Earlier contacts of the customer"
    )
)
class HistoryView(generics.ListAPIView[Contact]):
    """Earlier contacts of the same customer or the same address, newest first."""

    serializer_class = HistorySerializer
    queryset = Contact.objects.none()
    filter_backends = ()

    def get_queryset(self) -> QuerySet[Contact]:
        if getattr(self, "swagger_fake_view", False):
            return self.queryset
        agent = agent_for_user(self.request.user)
        return queries.history_of(details_for_agent(agent, self.kwargs["contact_id"]))
