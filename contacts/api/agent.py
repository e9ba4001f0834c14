"""REST: the agent's work (contract 3.1). Who? Valid? One call."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib.auth import logout
from django.utils.translation import gettext
from drf_spectacular.utils import (
    OpenApiResponse,
    extend_schema,
)
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from agents.access import agent_for_user
from agents.models import AgentState, Channel
from agents.serializers import AgentSerializer
from contacts import queries
from contacts.access import (
    contact_for_agent,
    conversation_for_agent,
    details_for_agent,
    share_for_agent,
    shares_for_agent,
)
from contacts.models import AssignmentState
from contacts.serializers import (
    CardSerializer,
    ContactSerializer,
    CustomerSerializer,
    cards_json,
)
from contacts.services import (
    availability,
    customers,
    ending,
    offers,
)
from core import clock
from core.errors import Forbidden
from core.strict import StrictSerializer

if TYPE_CHECKING:
    from uuid import UUID

    from contacts.models import Assignment

GONE = OpenApiResponse(description="Done; no card is left.")


def card_or_nothing(share: Assignment) -> Response:
    """Answer the share's card as it is now, or 204 where none is left."""
    cards = queries.cards(pk=share.pk)
    if not cards:
        return Response(status=status.HTTP_204_NO_CONTENT)
    return Response(CardSerializer(cards[0]).data)


class StateView(APIView):
    """The agent's state."""

    class Input(StrictSerializer):
        state = serializers.ChoiceField(
            [AgentState.AVAILABLE.value, AgentState.IDLE.value]
        )
        idle_code = serializers.IntegerField(
            required=False, allow_null=True, help_text="Without one: the default."
        )

    @extend_schema(
        operation_id="me_state",
        summary="Become Available or idle",
        request=Input,
        responses=AgentSerializer,
    )
    def put(self, request: Request) -> Response:
        """Choose a state. Available starts routing; idle gives offered contacts back
        to their queues."""
        agent = agent_for_user(request.user)
        if not agent.takes_contacts:
            raise Forbidden(gettext("Only agents and supervisors take contacts."))
        form = self.Input(data=request.data)
        form.is_valid(raise_exception=True)

        agent = availability.set_state(
            agent=agent,
            state=form.validated_data["state"],
            idle_code_id=form.validated_data.get("idle_code"),
            now=clock.now(),
        )

        return Response(AgentSerializer(agent).data)


class SignOutView(APIView):
    """The end of an agent's day."""

    @extend_schema(
        operation_id="me_sign_out",
        summary="Sign out",
        request=None,
        responses={204: OpenApiResponse(description="Signed out.")},
    )
    def post(self, request: Request) -> Response:
        """Go offline, close the desks and end the browser's session. Refused with
        contacts in hand."""
        availability.sign_out(agent=agent_for_user(request.user), now=clock.now())
        if request.auth is None:
            logout(request._request)
        return Response(status=status.HTTP_204_NO_CONTENT)


class CardsView(APIView):
    """The Active Contact List."""

    class Filter(serializers.Serializer[Any]):
        channel = serializers.ChoiceField(["all", *Channel.values], default="all")

    @extend_schema(
        operation_id="me_cards",
        summary="The Active Contact List",
        parameters=[Filter],
        responses=CardSerializer(many=True),
    )
    def get(self, request: Request) -> Response:
        """Return the agent's cards: offered (oldest first), connected, wrap-up; then
        what they watch."""
        form = self.Filter(data=request.query_params)
        form.is_valid(raise_exception=True)
        where: dict[str, Any] = {}
        if form.validated_data["channel"] != "all":
            where["contact__channel"] = form.validated_data["channel"]
        agent = agent_for_user(request.user)
        return Response(cards_json(queries.cards_of(agent, **where)))


class ContactView(APIView):
    """One contact."""

    @extend_schema(
        operation_id="contact", summary="One contact", responses=ContactSerializer
    )
    def get(self, request: Request, contact_id: UUID) -> Response:
        """Return a contact with its shares; only one's own after giving it away."""
        agent = agent_for_user(request.user)
        contact = contact_for_agent(agent, contact_id)
        shares = shares_for_agent(agent, contact)
        shown = queries.shown(contact.pk, shares)
        vars(shown)["is_open"] = getattr(contact, "is_open", True)
        return Response(ContactSerializer(shown).data)


class AcceptView(APIView):
    @extend_schema(
        operation_id="contact_accept",
        summary="Accept an offered contact",
        request=None,
        responses=CardSerializer,
    )
    def post(self, request: Request, contact_id: UUID) -> Response:
        """Connect the agent to the contact that is offered to them."""
        share = share_for_agent(agent_for_user(request.user), contact_id)
        return card_or_nothing(offers.accept(share=share, now=clock.now()))


class DeclineView(APIView):
    @extend_schema(
        operation_id="contact_decline",
        summary="Decline an offered contact",
        request=None,
        responses={204: GONE},
    )
    def post(self, request: Request, contact_id: UUID) -> Response:
        """Give an offered contact back to its queue."""
        agent = agent_for_user(request.user)
        share = share_for_agent(agent, contact_id, repeats=AssignmentState.DECLINED)
        offers.decline(share=share, now=clock.now())
        return Response(status=status.HTTP_204_NO_CONTENT)


class EndView(APIView):
    @extend_schema(
        operation_id="contact_end",
        summary="End the chat",
        request=None,
        responses={200: CardSerializer, 204: GONE},
    )
    def post(self, request: Request, contact_id: UUID) -> Response:
        """End the chat for the customer and begin the wrap-up."""
        share = share_for_agent(agent_for_user(request.user), contact_id)
        return card_or_nothing(ending.end(share=share, now=clock.now()))


class CustomerView(APIView):
    """The customer of a contact."""

    @extend_schema(
        operation_id="contact_customer",
        summary="The customer of a contact",
        responses=CustomerSerializer,
    )
    def get(self, request: Request, contact_id: UUID) -> Response:
        """Return what is known of the customer."""
        contact = details_for_agent(agent_for_user(request.user), contact_id)
        return Response(CustomerSerializer(contact.customer).data)

    @extend_schema(
        operation_id="contact_customer_change",
        summary="Change what is known of the customer",
        request=CustomerSerializer,
        responses=CustomerSerializer,
    )
    def patch(self, request: Request, contact_id: UUID) -> Response:
        """Change name, e-mail, phone or attributes of the customer; the attributes that
        are given take the place of all there are."""
        share = conversation_for_agent(agent_for_user(request.user), contact_id)
        form = CustomerSerializer(data=request.data, partial=True)
        form.is_valid(raise_exception=True)

        customer = customers.change(share=share, **form.validated_data)

        return Response(CustomerSerializer(customer).data)
