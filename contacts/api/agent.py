"""REST: the agent's work (contract 3.1). Who? Valid? One call."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django.contrib.auth import logout
from django.http import HttpResponse
from django.utils.translation import gettext
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import (
    OpenApiParameter,
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
from contacts import queries, transcript
from contacts.access import (
    contact_for_agent,
    conversation_for_agent,
    details_for_agent,
    share_for_agent,
    shares_for_agent,
    transcript_for_agent,
)
from contacts.models import AssignmentState, Contact
from contacts.serializers import (
    MAX_SEQ,
    CardSerializer,
    ContactSerializer,
    CustomerSerializer,
    MessageInput,
    MessageSerializer,
    cards_json,
    messages_json,
)
from contacts.services import (
    attention,
    availability,
    conversation,
    customers,
    ending,
    offers,
    reading,
)
from contacts.services.drafts import agent_sender
from core import clock
from core.errors import Forbidden
from core.strict import StrictSerializer

if TYPE_CHECKING:
    from uuid import UUID

    from contacts.models import Assignment

GONE = OpenApiResponse(description="Done; no card is left.")


class After(serializers.Serializer[Any]):
    after = serializers.IntegerField(
        min_value=0,
        max_value=MAX_SEQ,
        default=0,
        help_text="The last `seq` received.",
    )


class ReadInput(StrictSerializer):
    seq = serializers.IntegerField(min_value=1, max_value=MAX_SEQ)


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


class MessagesView(APIView):
    """The transcript of a contact: read it, or add a line to it."""

    @extend_schema(
        operation_id="contact_messages",
        summary="The lines of a conversation",
        parameters=[After],
        responses=MessageSerializer(many=True),
    )
    def get(self, request: Request, contact_id: UUID) -> Response:
        """Return at most 500 lines after `after`, oldest first, and earlier ones that
        were masked later."""
        agent = agent_for_user(request.user)
        contact = transcript_for_agent(agent, contact_id)
        form = After(data=request.query_params)
        form.is_valid(raise_exception=True)
        reading.note(contact, by=agent, now=clock.now())
        rows = queries.messages_after(contact, form.validated_data["after"])
        return Response(messages_json(rows))

    @extend_schema(
        operation_id="contact_message_send",
        summary="Say something",
        request=MessageInput,
        responses={
            201: MessageSerializer,
            200: OpenApiResponse(MessageSerializer, description="Stored before."),
        },
    )
    def post(self, request: Request, contact_id: UUID) -> Response:
        """Add a line; a repeated `client_id` answers the line stored before."""
        agent = agent_for_user(request.user)
        share = conversation_for_agent(agent, contact_id)
        form = MessageInput(data=request.data)
        form.is_valid(raise_exception=True)

        message, is_new = conversation.send_message(
            contact_id=share.contact_id,
            sender=agent_sender(agent),
            now=clock.now(),
            **form.validated_data,
        )

        code = status.HTTP_201_CREATED if is_new else status.HTTP_200_OK
        return Response(MessageSerializer(message).data, status=code)


class ReadView(APIView):
    """How far the agent has read."""

    @extend_schema(
        operation_id="contact_read",
        summary="Note how far one has read",
        request=ReadInput,
        responses={204: OpenApiResponse(description="Noted.")},
    )
    def post(self, request: Request, contact_id: UUID) -> Response:
        """Note that the agent has read up to this line."""
        agent = agent_for_user(request.user)
        share = conversation_for_agent(agent, contact_id)
        form = ReadInput(data=request.data)
        form.is_valid(raise_exception=True)

        attention.mark_read_by_agent(
            contact_id=share.contact_id, agent=agent, seq=form.validated_data["seq"]
        )

        return Response(status=status.HTTP_204_NO_CONTENT)


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


class TranscriptView(APIView):
    @extend_schema(
        operation_id="contact_transcript",
        summary="The conversation as a text file",
        responses={(200, "text/plain"): OpenApiTypes.STR},
        parameters=[OpenApiParameter("contact_id", OpenApiTypes.UUID, "path")],
    )
    def get(self, request: Request, contact_id: UUID) -> HttpResponse:
        """Return the whole conversation as plain text, as a download, with the times of
        the organisation's zone."""
        agent = agent_for_user(request.user)
        contact = transcript_for_agent(agent, contact_id)
        reading.note(contact, by=agent, now=clock.now())
        return transcript_file(contact)


def transcript_file(contact: Contact, zone: str | None = None) -> HttpResponse:
    """Return the file with the times of a zone; None: of the organisation's."""
    times_of = ZoneInfo(zone or contact.organisation.timezone)
    text = transcript.file_of(contact, times_of)
    answer = HttpResponse(text, content_type="text/plain; charset=utf-8")
    name = transcript.name_of(contact, times_of)
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
